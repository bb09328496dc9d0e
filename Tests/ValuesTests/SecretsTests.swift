import Testing
import Values

@Suite struct SecretsTests {
  @Test(arguments: [
    ("user=name1234\npass=word5678", true), ("line: word5678!", true), ("name1234", true),
    ("name", false), ("word567", false), ("", false),
  ])
  func `a secret of several lines is in what holds one of them`(_ text: String, _ isIn: Bool) {
    let secrets = Secrets(["name1234\r\nword5678\nab"])
    #expect(secrets.areIn(Array(text.utf8)) == isIn)
  }

  @Test func `what is shown holds none of the lines`() {
    let secrets = Secrets(["name1234\nword5678"])
    #expect(secrets.masked("word5678 of name1234") == "******** of ********")
    #expect(Secrets([""]).isEmpty && Secrets.none.isEmpty)
  }
}
