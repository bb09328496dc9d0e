internal import Glibc

/// Makes a system call again as long as a signal, or a file system that is reached over a network, cut it off.
/// - Parameter call: returns 0, or something else with errno set.
func uninterrupted(_ call: () -> CInt) -> CInt {
  while true {
    let result = call()
    if result == 0 || errno != EINTR { return result }
  }
}
