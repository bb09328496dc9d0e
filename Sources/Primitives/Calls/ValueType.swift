/// What an argument or an option may be.
public indirect enum ValueType: Sendable, Hashable {
  /// Text without NUL; control characters only where `multiline`.
  case string
  /// Text of any length and lines: a file's content.
  case content
  case boolean
  case integer(ClosedRange<Int64>)
  /// An absolute path without `..`.
  case path
  /// The twelve permission bits in octal, as a string: "0644".
  case mode
  case packageName
  case serviceName
  case runlevel
  case userName
  case moduleName
  /// A kernel setting as sysctl(8) names it: "net.ipv4.ip_forward".
  case sysctlKey
  /// A URL of http or https, or an absolute path.
  case url
  /// An image as podman names it: "docker.io/library/nginx:1.27".
  case imageName
  case containerName
  /// Where a port of a container is published: "8080:80", "127.0.0.1:8443:443/tcp".
  case portMapping
  /// What is shown where in a container: "/srv/www:/usr/share/nginx/html:ro".
  case volume
  case choice([String])
  case list(ValueType)
  /// String keys, values of one type.
  case map(ValueType)
  /// A table with these fields; the first may stand for the whole.
  case record([Parameter])

  public static let anyInteger = ValueType.integer(Int64.min...Int64.max)

  /// For people: "a package name", "a list of strings".
  public var title: String {
    switch self {
    case .string: "a string"
    case .content: "a string"
    case .boolean: "true or false"
    case .integer(let range):
      switch (range.lowerBound, range.upperBound) {
      case (Int64.min, Int64.max): "a whole number"
      case (Int64.min, let high): "a whole number of at most \(high)"
      case (let low, Int64.max): "a whole number of at least \(low)"
      case (let low, let high): "a whole number from \(low) to \(high)"
      }
    case .path: "an absolute path"
    case .mode: "a file mode such as \"0644\""
    case .packageName: "a package name"
    case .serviceName: "a service name"
    case .runlevel: "a runlevel"
    case .userName: "a login name"
    case .moduleName: "a kernel module's name"
    case .sysctlKey: "a kernel setting such as \"net.ipv4.ip_forward\""
    case .url: "a URL (http or https) or an absolute path"
    case .imageName: "an image's name"
    case .containerName: "a container's name"
    case .portMapping: "a port mapping such as \"8080:80\""
    case .volume: "a volume such as \"/srv/www:/www:ro\""
    case .choice(let choices):
      "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
    case .list(let item): "a list (each \(item.title))"
    case .map(let item): "a table (each value \(item.title))"
    case .record(let fields):
      "\(fields.first?.type.title ?? "nothing"), or a table with "
        + fields.map(\.name).joined(separator: ", ")
    }
  }
}
