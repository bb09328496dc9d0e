public import Kernel
public import Machines

/// Gives a user ranges of subordinate user and group ids: one line in each of /etc/subuid and /etc/subgid.
public struct SubordinateIDGrant: Change, Hashable {
  public static let kind = "subid.grant"

  public let user: String
  /// The range that is added to /etc/subuid; nil when the user has one there.
  public let users: SubordinateIDs.Range?
  /// The same for /etc/subgid.
  public let groups: SubordinateIDs.Range?
  /// The edits of both files.
  public let places: [PlacedPath]

  public init(
    user: String, users: SubordinateIDs.Range?, groups: SubordinateIDs.Range?, places: [PlacedPath]
  ) {
    self.user = user
    self.users = users
    self.groups = groups
    self.places = places
  }

  public var target: String { user }
  public var location: String { places.map(\.path.text).joined(separator: ", ") }

  public var summary: String {
    let text = { (range: SubordinateIDs.Range) in "\(range.start) to \(range.end - 1)" }
    switch (users, groups) {
    case (let one?, let other?) where one == other:
      return "give \(user) the subordinate user and group ids \(text(one))"
    case (let one?, let other?):
      return "give \(user) the subordinate user ids \(text(one)) and group ids \(text(other))"
    case (let one?, nil): return "give \(user) the subordinate user ids \(text(one))"
    case (nil, let other?): return "give \(user) the subordinate group ids \(text(other))"
    case (nil, nil): return "rewrite the subordinate ids of \(user)"
    }
  }

  public var diff: String {
    places.map { UnifiedDiff.of($0.path, from: $0.before, to: $0.after) }.joined()
  }
  public var needs: [Need] { [.subordinateIDs(user: user)] }
  public var reversal: Reversal { .exact }
  public var isSynchronized: Bool { true }

  /// Lines that others have got since the plan are in nobody's way.
  public func obstacle(on machine: ModelMachine) throws(ReadFailure) -> Obstacle? {
    for place in places where rebased(place, try machine.state(place.path)) == nil {
      return try Obstacle.first(of: [place], on: machine)
    }
    return nil
  }

  /// What a file that holds `now` becomes; nil when the grant that was planned does not fit it any more.
  private func rebased(_ place: PlacedPath, _ now: PathState) -> PathState? {
    if now == place.before { return place.after }
    guard case .file(let content, let access) = now, case .file(let planned, _) = place.after,
      // Only where lines are added: one that is put right has to be the one that was looked at.
      Set((place.before.content ?? []).lines.map(Array.init))
        .isSubset(of: planned.lines.map(Array.init))
    else { return nil }
    let added = Self.addedLines(place)
    let own = { (text: [UInt8]) in text.lines.filter(isOwn).map(Array.init) }
    guard own(content) == own(place.before.content ?? []),
      !added.contains(where: { line in content.lines.contains { Self.overlap($0, line) } })
    else { return nil }
    let end: [UInt8] =
      content.isEmpty || content.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]
    return .file(
      content: content + end + added.flatMap { Array($0) + [UInt8(ascii: "\n")] }, access: access)
  }

  /// Whether two lines grant an id to both. One that cannot be read is taken for one that does.
  private static func overlap(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
    guard let first = range(one), let second = range(other) else { return !one.isEmpty }
    return first.lowerBound < second.upperBound && second.lowerBound < first.upperBound
  }

  private static func range(_ line: ArraySlice<UInt8>) -> Range<UInt64>? {
    let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard fields.count == 3, let start = UInt32(String(decoding: fields[1], as: UTF8.self)),
      let count = UInt32(String(decoding: fields[2], as: UTF8.self))
    else { return nil }
    return UInt64(start)..<UInt64(start) + UInt64(count)
  }

  /// The lines count, not the files: others may have got theirs since.
  public func standing(on machine: ModelMachine) throws(ReadFailure) -> Standing {
    var drift = ""
    var granted = 0, missing = 0
    for place in places {
      let now = (try machine.read(place.path) ?? []).lines.map(Array.init)
      let added = Self.addedLines(place).map(Array.init)
      let gone = added.filter { !now.contains($0) }
      granted += added.count
      missing += gone.count
      if gone.isEmpty { continue }
      let known = (place.after.content ?? []).lines.map(Array.init)
      let instead = now.filter { isOwn($0) && !known.contains($0) }
      drift += "--- \(place.path)\n+++ \(place.path)\n"
      drift += (gone.map { "-\($0[...].text)\n" } + instead.map { "+\($0[...].text)\n" }).joined()
    }
    if missing == 0 { return .asMade }
    return missing == granted ? .gone : .altered(drift)
  }

  /// Whether a line is the user's.
  private func isOwn(_ line: some Sequence<UInt8>) -> Bool {
    line.starts(with: Array(user.utf8) + [UInt8(ascii: ":")])
  }

  /// The lines that it added are all that has to be there.
  public var shortened: any Change {
    let places = places.map { place in
      let lines = Self.addedLines(place).flatMap { Array($0) + [UInt8(ascii: "\n")] }
      let access = place.after.access ?? .init(mode: 0o644)
      return PlacedPath(
        path: place.path, before: .file(content: [], access: access),
        after: .file(content: lines, access: access))
    }
    return SubordinateIDGrant(user: user, users: users, groups: groups, places: places)
  }

  /// Whether a file has all the lines that it was to get.
  private static func isThere(_ place: PlacedPath, in now: PathState) -> Bool {
    let added = addedLines(place), lines = Set((now.content ?? []).lines.map(Array.init))
    return !added.isEmpty && added.allSatisfy { lines.contains(Array($0)) }
  }

  private static func addedLines(_ place: PlacedPath) -> [ArraySlice<UInt8>] {
    let before = Set((place.before.content ?? []).lines.map(Array.init))
    return (place.after.content ?? []).lines.filter { !before.contains(Array($0)) }
  }

  public func effect(on model: ModelMachine, as reference: ChangeReference) throws(ReadFailure) {
    for place in places { try model.put(Node(place.after), at: place.path, origin: reference) }
  }

  public func perform(on host: Host) throws(ChangeFailure) {
    try host.holdingShadowLocks(of: places.map(\.path)) { () throws(ChangeFailure) in
      var now: [PlacedPath] = []
      var states: [PathState] = []
      for place in places {
        states.append(
          try reading { () throws(ReadFailure) in try host.machine.state(place.path) })
      }
      let isHalf = zip(places, states).contains { !Self.isThere($0, in: $1) }
      for (place, found) in zip(places, states) {
        // To take it away was cut off before this file, unless it is there in both.
        if isHalf, Self.isThere(place, in: found) { continue }
        guard let after = rebased(place, found) else {
          throw .changedMeanwhile(
            target: "\(place.path)", expected: place.before.summary, found: found.summary)
        }
        now.append(PlacedPath(path: place.path, before: found, after: after))
      }
      try host.place(now)
    }
  }

  public func revert(on host: Host) throws(ChangeFailure) {
    try host.holdingShadowLocks(of: places.map(\.path)) { () throws(ChangeFailure) in
      for place in places.reversed() {
        let now = try reading { () throws(ReadFailure) in try host.machine.state(place.path) }
        if now == place.before { continue }
        try host.place([
          PlacedPath(path: place.path, before: now, after: Self.withoutGrant(place, now))
        ])
      }
    }
  }

  /// The same with the files as they are by now, where they hold what is taken back or can take what is made again.
  func meeting(_ machine: ModelMachine, isMade: Bool) throws(ReadFailure) -> SubordinateIDGrant {
    var met: [PlacedPath] = []
    for place in places {
      let now = try machine.state(place.path)
      if isMade {
        let lines = Set((now.content ?? []).lines.map(Array.init))
        let isThere = Self.addedLines(place).contains { lines.contains(Array($0)) }
        let before = isThere ? Self.withoutGrant(place, now) : place.before
        met.append(PlacedPath(path: place.path, before: before, after: isThere ? now : place.after))
      } else if let after = rebased(place, now) {
        met.append(PlacedPath(path: place.path, before: now, after: after))
      } else {
        met.append(place)
      }
    }
    return SubordinateIDGrant(user: user, users: users, groups: groups, places: met)
  }

  public func removeLeftovers(on host: Host) throws(ChangeFailure) -> [MachinePath] {
    try host.removeShadowLocks(of: places.map(\.path))
    return try host.removeLeftovers(
      of: places.map { place throws(ChangeFailure) in
        let now = try reading { () throws(ReadFailure) in try host.machine.state(place.path) }
        let met = [rebased(place, now), Self.withoutGrant(place, now)].compactMap(\.self)
        return (place.path, [place.before, place.after] + met)
      })
  }

  /// The file without the lines that the grant added, and with those that they took the place of; as it was before when
  /// nobody else has changed it.
  private static func withoutGrant(_ place: PlacedPath, _ now: PathState) -> PathState {
    guard now != place.after, case .file(let content, let access) = now else { return place.before }
    let added = Set(addedLines(place).map(Array.init))
    let known = Set(
      (place.after.content ?? []).lines.map(Array.init) + content.lines.map(Array.init))
    var lost = (place.before.content ?? []).lines.filter { !known.contains(Array($0)) }
    var kept: [ArraySlice<UInt8>] = []
    for line in content.lines {
      if added.contains(Array(line)) {
        kept += lost
        lost = []
      } else {
        kept.append(line)
      }
    }
    kept += lost
    return .file(content: Array(kept.map { $0 + [UInt8(ascii: "\n")] }.joined()), access: access)
  }
}
