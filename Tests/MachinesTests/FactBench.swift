import Kernel
import Machines
import PlanSupport

/// A machine that has nothing but the files of a test.
func machine(
  _ files: [MachinePath: String], fileSystems: [MachinePath: String] = [:], isOffline: Bool = false
) throws -> ModelMachine {
  var machine = SmallMachine.empty
  machine.fileSystems = fileSystems
  machine.isOffline = isOffline
  for (path, text) in files { machine.set(path, text) }
  return try machine.machine()
}

/// The same with one file of these bytes.
func machine(_ path: MachinePath, _ bytes: [UInt8]) throws -> ModelMachine {
  let model = ModelMachine(over: nil)
  try model.put(.file(bytes), at: path, origin: nil)
  return model
}

extension [UInt8] {
  init(_ text: String) { self = Array(text.utf8) }
}
