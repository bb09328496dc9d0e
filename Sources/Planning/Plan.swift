public import Kernel
public import Machines
public import Primitives

/// What has to be done to a machine so that the plugins have what they want: in order, and nothing else.
public struct Plan {
  /// A plugin that could not be asked to its end yet.
  public struct Waiting: Hashable, Sendable {
    public var instance: String
    public var reason: String
  }

  public var changes: [DraftedChange]
  /// What is set up and will hold from the next boot on.
  public var boot: [BootNote]
  /// Plugins that go on in the next round.
  public var waiting: [Waiting]
  /// What could not be read, so that the plan may lack something.
  public var unreadable: [MachinePath]
  /// Whether what was changed is saved at the end (`lbu commit`).
  public var saves = false
  /// The machine as it will be.
  public var model: ModelMachine

  public init(
    changes: [DraftedChange], boot: [BootNote], waiting: [Waiting], unreadable: [MachinePath],
    model: ModelMachine
  ) {
    self.changes = changes
    self.boot = boot
    self.waiting = waiting
    self.unreadable = unreadable
    self.model = model
  }

  /// Whether the machine is as the plugins want it.
  public var isEmpty: Bool { changes.isEmpty && waiting.isEmpty }
  /// Whether more will follow that cannot be told yet.
  public var isPartial: Bool { !waiting.isEmpty }
}
