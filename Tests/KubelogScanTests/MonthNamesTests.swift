import KubelogScan
import Testing

@Suite struct MonthNamesTests {
  /// The twelve names of a locale as `locale abmon` prints them.
  @Test(
    arguments: [
      "en Jan;Feb;Mar;Apr;May;Jun;Jul;Aug;Sep;Oct;Nov;Dec",
      "de Jan;Feb;Mär;Apr;Mai;Jun;Jul;Aug;Sep;Okt;Nov;Dez",
      "de_AT Jän;Feb;Mär;Apr;Mai;Jun;Jul;Aug;Sep;Okt;Nov;Dez",
      "fr janv.;févr.;mars;avril;mai;juin;juil.;août;sept.;oct.;nov.;déc.",
      "fr_CA jan;fév;mar;avr;mai;jun;jui;aoû;sep;oct;nov;déc",
      "es ene;feb;mar;abr;may;jun;jul;ago;sep;oct;nov;dic",
      "it gen;feb;mar;apr;mag;giu;lug;ago;set;ott;nov;dic",
      "pt jan;fev;mar;abr;mai;jun;jul;ago;set;out;nov;dez",
      "ru янв;фев;мар;апр;мая;июн;июл;авг;сен;окт;ноя;дек",
      "pl sty;lut;mar;kwi;maj;cze;lip;sie;wrz;paź;lis;gru",
      "nl jan;feb;mrt;apr;mei;jun;jul;aug;sep;okt;nov;dec",
      "ko  1월; 2월; 3월; 4월; 5월; 6월; 7월; 8월; 9월;10월;11월;12월",
      "ja  1月; 2月; 3月; 4月; 5月; 6月; 7月; 8月; 9月;10月;11月;12月",
      "zh 1月;2月;3月;4月;5月;6月;7月;8月;9月;10月;11月;12月",
    ])
  func namesOfALocale(_ locale: String) throws {
    let names = try #require(locale.split(separator: " ", maxSplits: 1).last).split(separator: ";")
    #expect(names.count == 12)
    for (index, name) in names.enumerated() {
      let text = "<\(name) 03"
      let found = Array(text.utf8).span.monthName(at: 1)
      #expect(found?.month == index + 1, "\(name)")
      #expect(found?.end == text.utf8.count - 3, "\(name)")
    }
  }

  @Test(
    arguments: [
      "November 23", "Marburg", "Decoy", "setup", "out1", "maja", "Augen", "janvier", "0월 1", "13月 1", "111월", "11 23",
      "11", "", "  1월", "дека", "Ma", "октября", "it is", "월 3",
    ])
  func otherWordsAreNoMonth(_ text: String) {
    #expect(Array(text.utf8).span.monthName(at: 0) == nil)
  }

  @Test func aNameMayEndTheInput() {
    #expect(Array("Okt".utf8).span.monthName(at: 0)?.month == 10)
    #expect(Array("11월".utf8).span.monthName(at: 0)?.end == 5)
    #expect(Array("Okt".utf8).span.monthName(at: 3) == nil)
    #expect(Array("Okt".utf8).span.monthName(at: -1) == nil)
  }
}
