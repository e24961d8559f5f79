-- title: Where inputs lie
-- summary: The path of each input by the number that other answers have as source.
-- column: source integer
-- column: path text PATH
SELECT id AS source, path FROM sources ORDER BY id
