extension Kubelog {
  /// Runs a command and records what it prints: its output is passed on unchanged and at once, whatever becomes of recording.
  ///
  /// `describe` gives the sentence and the exit status of an error of recording. Throws ``PassThrough/Failure`` when the
  /// command cannot be started. It forks: only for a program of one thread.
  public func run(
    _ words: [String], _ options: IngestOptions, line: LiveLine?,
    describe: (any Error) -> (sentence: String, status: Int32)
  ) throws(PassThrough.Failure) -> PassThrough.Outcome {
    var options = options
    options.isLive = true
    options.command = CommandRun(words, began: presentMicroseconds())
    return try PassThrough.run(words, line: line) { input, say in record(input, options, say, describe) }
  }

  /// Copies standard input to standard output, unchanged and at once, and records it; otherwise as ``run(_:_:line:describe:)``.
  public func tee(
    _ options: IngestOptions, line: LiveLine?, describe: (any Error) -> (sentence: String, status: Int32)
  ) -> PassThrough.Outcome {
    PassThrough.copy(line: line) { input, say in record(input, options, say, describe) }
  }

  /// How many events tell of a command itself: that it began, and that it ended.
  private static let eventsOfCommand = 2

  private func record(
    _ input: consuming Input, _ options: IngestOptions, _ say: (RecordMessage) -> Void,
    _ describe: (any Error) -> (sentence: String, status: Int32)
  ) {
    do {
      let summary = try ingest(input, options) { progress in
        guard case .found(let batch) = progress else { return }
        for event in batch.events {
          if let phase = event.phase { say(.phase(phase)) }
          if event.kind == "kubeadm.session.ended" { say(.phase(nil)) }
        }
      }
      // A command that says nothing of interest is no reason to speak.
      if options.command == nil || summary.sessions > 0 || summary.events > Self.eventsOfCommand {
        for sentence in try self.summary(of: [summary], problems(in: [summary])) { say(.summary(sentence)) }
      }
      for note in Self.notes(in: [summary]) { say(.note(note)) }
      say(.done)
    } catch {
      let failure = describe(error)
      say(.failure(failure.sentence, failure.status))
    }
  }
}
