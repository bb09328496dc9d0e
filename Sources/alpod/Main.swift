internal import AlpodCLI

@main
enum Main {
  static func main() {
    exitProcess(runAlpod(Array(CommandLine.arguments.dropFirst())))
  }
}
