import Foundation
import MachineSupport
import Testing

/// The plugin `proxy` with real nginx.
@Suite(
  .serialized,
  .enabled(
    if: Laboratory.canRun && FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx"),
    "needs root, openrc and nginx"))
struct ProxyTests {
  private static let preparation = """
    mkdir -p /srv/one /srv/two
    echo first >/srv/one/index.html
    echo second >/srv/two/index.html
    /run/busybox httpd -p 127.0.0.1:8081 -h /srv/one
    /run/busybox httpd -p 127.0.0.1:8082 -h /srv/two
    ask() { /run/busybox wget -q -O - "http://127.0.0.1:$1/"; }
    # After a reload, workers with what was before answer for a while.
    asks() { wanted=$1; eventually 'answer=$(ask 8088); [ "$answer" = "$wanted" ]'; echo "$answer"; }
    site() { alpod run proxy --set name=site --set listen=8088 "$@" --yes; }

    """

  private func run(_ script: String) throws -> (answers: [String: String], all: Comment) {
    try Laboratory.with { machine in
      let ending = try machine.script(Self.preparation + script)
      var answers: [String: String] = [:]
      for line in ending.output.split(separator: "\n") where line.hasPrefix("= ") {
        let parts = line.dropFirst(2).split(separator: ":", maxSplits: 1)
        answers[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
      }
      return (answers, Comment(rawValue: ending.output + ending.errors))
    }
  }

  @Test func `a request gets through, and another upstream is taken up without a pause`() throws {
    let (found, all) = try run(
      """
      site --set upstream=127.0.0.1:8081; echo "= run:$?"
      echo "= first:$(asks first)"
      master=$(cat /run/nginx/nginx.pid)
      site --set upstream=127.0.0.1:8081; echo "= again:$?"
      site --set upstream=127.0.0.1:8082; echo "= other:$?"
      echo "= second:$(asks second)"
      [ "$master" = "$(cat /run/nginx/nginx.pid)" ]; echo "= same:$?"
      alpod undo --yes; echo "= undo:$?"
      echo "= back:$(asks first)"
      """)
    #expect(found["run"] == "0" && found["first"] == "first", all)
    #expect(found["again"] == "0" && found["other"] == "0" && found["second"] == "second", all)
    #expect(found["same"] == "0", all)
    #expect(found["undo"] == "0" && found["back"] == "first", all)
  }

  @Test func `who asks for another protocol gets it, other connections are kept`() throws {
    let (found, all) = try run(
      """
      cat >/root/echo <<'END'
      while read -r line; do
        line=$(printf %s "$line" | tr -d '\\r'); [ -n "$line" ] || break
        case $line in [Cc]onnection:*|[Uu]pgrade:*) said="$said$line;" ;; esac
      done
      printf 'HTTP/1.0 200 OK\\r\\n\\r\\n%sall-said' "$said"
      END
      (/run/busybox nc -ll -p 8083 -e sh /root/echo || /run/busybox nc -lk -p 8083 -e sh /root/echo) 2>/dev/null &
      eventually 'grep -q ":1F93 .* 0A " /proc/net/tcp*'
      # To who has nothing more to say nginx would not answer.
      request() {
        : >/tmp/answer
        { printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n%b\\r\\n' "$1"; eventually 'grep -q all-said /tmp/answer'; } |
          /run/busybox nc 127.0.0.1 8088 >/tmp/answer
        grep -io 'upgrade.*;' /tmp/answer
      }
      site --set upstream=127.0.0.1:8083; echo "= run:$?"
      echo "= web:$(request 'Upgrade: websocket\\r\\nConnection: Upgrade\\r\\n')"
      echo "= plain:$(request '')"
      """)
    #expect(found["run"] == "0", all)
    #expect(found["web"]?.lowercased() == "upgrade: websocket;connection: upgrade;", all)
    #expect(found["plain"] == "", all)
  }

  @Test func `a reload that nobody takes back is not in the way of earlier runs`() throws {
    let (found, all) = try run(
      """
      ls /etc/nginx/http.d >/tmp/before
      site --set upstream=127.0.0.1:8081; echo "= one:$?"
      alpod run proxy:two --set proxy:two.name=two --set proxy:two.listen=8089 --set proxy:two.upstream=127.0.0.1:8082 --yes; echo "= two:$?"
      rc-service -q nginx stop
      # It gives up its port a moment after it was told to.
      eventually '[ ! -e /run/nginx/nginx.pid ]'
      site --set upstream=127.0.0.1:8081; echo "= started:$?"
      for run in 3 2 1; do alpod undo --yes; echo "= undo$run:$?"; done
      ls /etc/nginx/http.d >/tmp/after; cmp /tmp/before /tmp/after; echo "= same:$?"
      """)
    for name in ["one", "two", "started", "undo3", "undo2", "undo1", "same"] {
      #expect(found[name] == "0", "\(name): \(all)")
    }
  }

  @Test func `what nginx cannot load is never left behind`() throws {
    let (found, all) = try run(
      """
      file=/etc/nginx/http.d/alpod-site.conf
      site --set upstream=127.0.0.1:8081 --set max_body=lots; echo "= new:$?"
      ls $file; echo "= there:$?"
      site --set upstream=127.0.0.1:8081; echo "= run:$?"
      cp $file /tmp/before
      site --set upstream=127.0.0.1:8082 --set max_body=lots; echo "= bad:$?"
      cmp $file /tmp/before; echo "= kept:$?"
      ls /etc/nginx/http.d | wc -l >/tmp/count; echo "= files:$(cat /tmp/count)"
      rc-service -q nginx reload; echo "= loads:$?"
      echo "= serves:$(asks first)"
      """)
    #expect(found["new"] == "1" && found["there"] != "0", all)
    #expect(found["run"] == "0", all)
    #expect(found["bad"] == "1" && found["kept"] == "0" && found["files"] == "2", all)
    #expect(found["loads"] == "0" && found["serves"] == "first", all)
  }
}
