/// What a plugin may be given that makes it as good as root: everything else that it may then do is a matter of its good
/// will. The table is closed; a test holds it.
public enum RootPower {
  /// Why an entry of a plugin's needs is as good as root.
  /// - Returns: nil when it is not.
  public static func reason(category: String, entry: String) -> String? {
    switch category {
    case "files": places(entry)
    case "podman.mount":
      (places(entry + "/**") ?? shown(entry + "/**")).map {
        "a container of root may write there, and \($0)"
      }
    case "files.setid": "a program that runs as its owner, whoever starts it"
    case "apk.trust": "packages from there are installed as root, whatever is in them"
    case "commands": "it runs as root, with the arguments that the plugin gives it"
    case "podman.privileged":
      // A name of a network stands there as well, where a plugin leaves the choice to its user.
      ["privileged", "host", "devices"].contains { Pattern.matches(entry, $0, asPath: false) }
        ? "nothing keeps such a container from the machine" : nil
    case "services.set": "its script runs as root, and does what they say"
    case "users.groups": membership(entry)
    case "sysctl": settings.first { Pattern.meet(entry, $0.key) }?.value
    default: nil
    }
  }

  private static func places(_ pattern: String) -> String? {
    // Of several, the one that the fewest words are needed for.
    let inside = paths.first {
      Pattern.meet(pattern, $0.path) || Pattern.meet(pattern, $0.path + "/**")
    }
    if let inside { return inside.reason }
    // Whoever owns a directory can have another one in the place of what is in it.
    let above = paths.contains { ancestors(of: $0.path).contains { Pattern.meet(pattern, $0) } }
    return above ? "who may change that directory may replace what root runs from it" : nil
  }

  private static func ancestors(of path: String) -> [String] {
    var found = ["/"]
    for name in Pattern.components(path).dropLast() {
      found.append((found.count > 1 ? found[found.count - 1] : "") + "/" + name)
    }
    return found
  }

  private static func shown(_ pattern: String) -> String? {
    Pattern.meet(pattern, "/home/*/.*/**") || Pattern.meet(pattern, "/home/*/.*")
      ? "who is a user's shell may become root with that user" : nil
  }

  private static func membership(_ entry: String) -> String? {
    if plainGroups.contains(entry) { return nil }
    return groups.first { Pattern.meet(entry, $0.name) }?.reason
      ?? "doas, sudo or a program of root's may do what members of it ask for"
  }

  /// Whether members of a group are as good as root wherever there is such a group.
  static func isKnown(group: String) -> Bool { groups.contains { $0.name == group } }

  /// Groups that are as good as root on Alpine, or with what its packages bring.
  public static let groups: [(name: String, reason: String)] = [
    ("root", "files of root's group are its members' to change"),
    ("wheel", "doas, sudo and su take its members for root"),
    ("sudo", "sudo takes its members for root"),
    ("doas", "doas takes its members for root"),
    ("admin", "sudo takes its members for root"),
    ("bin", "programs may belong to it"),
    ("daemon", "programs may belong to it"),
    ("sys", "programs may belong to it"),
    ("adm", "logs are its members' to read, with what root types in them"),
    ("disk", "its members read and write disks past every permission"),
    ("shadow", "its members read the hashes of passwords"),
    ("kmem", "its members read the kernel's memory"),
    ("mem", "its members read the kernel's memory"),
    ("tty", "its members write to every terminal, root's too"),
    ("dialout", "its members have the serial lines, where root may log in"),
    ("uucp", "its members have the serial lines, where root may log in"),
    ("input", "its members see every key that is typed, root's too"),
    ("cron", "its members may write what crond runs"),
    ("crontab", "its members may write what crond runs"),
    ("abuild", "abuild-sudo installs any package for its members"),
    ("docker", "whoever may talk to its daemon has the machine"),
    ("podman", "whoever may talk to its daemon has the machine"),
    ("containerd", "whoever may talk to its daemon has the machine"),
    ("lxd", "whoever may talk to its daemon has the machine"),
    ("incus", "whoever may talk to its daemon has the machine"),
    ("incus-admin", "whoever may talk to its daemon has the machine"),
    ("libvirt", "whoever may talk to its daemon has the machine"),
    ("qemu", "disks of virtual machines are its members' to change"),
    ("netdev", "its members set up networks, with programs that run as root"),
    ("plugdev", "its members mount what they bring"),
    ("lpadmin", "its members say what the print server runs as root"),
    ("_seatd", "its members see every key that is typed, root's too"),
    ("seat", "its members see every key that is typed, root's too"),
  ]

  /// Groups that lend the use of a device or a directory, and nothing of root's.
  private static let plainGroups: Set<String> = [
    "audio", "video", "render", "cdrom", "cdrw", "floppy", "tape", "kvm", "games", "users", "ping",
    "utmp", "ftp", "mail", "news", "ntp", "www-data", "nogroup", "nobody",
  ]

  /// What of a `read` entry nobody but root is to know.
  public static func secret(in entry: String) -> String? {
    hidden.first { Pattern.meet(entry, $0.path) || Pattern.meet(entry, $0.path + "/**") }?.reason
  }

  private static let hidden: [(path: String, reason: String)] = [
    ("/etc/shadow", "it has the hashes of passwords"),
    ("/etc/shadow-", "it has the hashes of passwords"),
    ("/etc/ssh", "the machine's private keys are there"),
    ("/root", "it is root's home, with keys and history"),
    ("/home", "they are the homes of the users, with keys and history"),
    ("/etc/doas.conf", "it says who may become root"),
    ("/etc/doas.d", "it says who may become root"),
    ("/etc/sudoers", "it says who may become root"),
    ("/etc/ssl/private", "private keys are there"),
    ("/etc/wireguard", "private keys are there"),
  ]

  /// Paths, with everything below them, that root runs, reads programs' names from, or takes rights from.
  public static let paths: [(path: String, reason: String)] = [
    ("/etc/local.d", "the machine runs what is there at boot"),
    ("/etc/init.d", "OpenRC runs what is there"),
    ("/etc/conf.d", "OpenRC's scripts run what is there"),
    ("/etc/rc.conf", "OpenRC runs what is there"),
    ("/etc/runlevels", "it says what OpenRC runs"),
    ("/etc/inittab", "init runs what is there"),
    ("/etc/crontabs", "crond runs what is there"),
    ("/var/spool/cron", "crond runs what is there"),
    ("/etc/cron.*", "a crond runs what is there"),
    ("/etc/crontab", "a crond runs what is there"),
    ("/etc/anacrontab", "a crond runs what is there"),
    ("/etc/incron.d", "incrond runs what is there"),
    ("/var/spool/incron", "incrond runs what is there"),
    ("/etc/periodic", "crond runs what is there"),
    ("/etc/profile", "every login shell runs it, root's too"),
    ("/etc/profile.d", "every login shell runs what is there, root's too"),
    ("/etc/bash", "every bash runs what is there, root's too"),
    ("/etc/bash.bashrc", "every bash runs it, root's too"),
    ("/etc/zsh", "every zsh runs what is there, root's too"),
    ("/etc/fish", "every fish runs what is there, root's too"),
    ("/etc/bash_completion.d", "every bash runs what is there, root's too"),
    ("/usr/share/bash-completion", "every bash runs what is there, root's too"),
    ("/etc/inputrc", "what it says is typed into root's shells"),
    ("/etc/tmux.conf", "a tmux of root's runs the commands there"),
    ("/etc/screenrc", "a screen of root's runs the commands there"),
    ("/etc/gitconfig", "a git of root's runs the commands there"),
    ("/etc/login.defs", "it names programs that run as root"),
    ("/etc/environment", "it can have every program load a library"),
    ("/root", "it is root's home: shells run what is there, and keys there log in"),
    ("/bin", "root runs programs from there"),
    ("/sbin", "root runs programs from there"),
    ("/usr/bin", "root runs programs from there"),
    ("/usr/sbin", "root runs programs from there"),
    ("/usr/local/bin", "root runs programs from there"),
    ("/usr/local/sbin", "root runs programs from there"),
    ("/usr/libexec", "root's programs run others from there"),
    ("/lib", "programs load libraries from there"),
    ("/usr/lib", "programs load libraries from there"),
    ("/lib64", "programs load libraries from there"),
    ("/usr/lib64", "programs load libraries from there"),
    ("/usr/local/lib", "programs load libraries from there"),
    ("/usr/local/libexec", "root's programs run others from there"),
    ("/usr/glibc-compat", "programs load libraries from there"),
    ("/usr/share/lua", "programs load libraries from there"),
    ("/usr/local/share/lua", "programs load libraries from there"),
    ("/usr/share/perl5", "programs load libraries from there"),
    ("/etc/ld-musl-*.path", "it says where programs load libraries from"),
    ("/etc/ssl/openssl.cnf", "it names libraries that programs load, apk among them"),
    ("/etc/ssl1.1", "it names libraries that programs load"),
    ("/etc/ld.so.preload", "every program loads what it names"),
    ("/etc/ld.so.conf", "it says where programs load libraries from"),
    ("/etc/ld.so.conf.d", "it says where programs load libraries from"),
    ("/etc/ssh", "it says who may log in, and how"),
    ("/etc/pam.d", "it says who may log in, and loads libraries"),
    ("/etc/security", "it says who may log in"),
    ("/etc/passwd", "it says who is root"),
    ("/etc/shadow", "it has the passwords"),
    ("/etc/group", "it says who belongs to the group of root"),
    ("/etc/doas.conf", "it says who may become root"),
    ("/etc/doas.d", "it says who may become root"),
    ("/etc/sudoers", "it says who may become root"),
    ("/etc/sudoers.d", "it says who may become root"),
    ("/etc/polkit-1", "it says who may do what as root"),
    ("/usr/share/polkit-1", "it says who may do what as root"),
    ("/etc/dbus-1", "it says whom the system's programs listen to"),
    ("/usr/share/dbus-1", "it names programs that are started as root"),
    ("/etc/apk", "it says what apk installs and from whom, and what it runs then"),
    ("/boot", "the machine boots what is there"),
    ("/etc/mkinitfs", "what is there becomes part of what the machine boots"),
    ("/etc/update-extlinux.conf", "it says what the machine boots"),
    ("/etc/default/grub", "it says what the machine boots"),
    ("/etc/modprobe.d", "modprobe runs the commands there"),
    ("/etc/sysctl.conf", "the kernel runs a program that a setting can name"),
    ("/etc/sysctl.d", "the kernel runs a program that a setting can name"),
    ("/etc/fstab", "it says what is mounted, and where"),
    ("/etc/mdev.conf", "mdev runs the commands there"),
    ("/etc/udev", "udev runs the commands there"),
    ("/etc/acpi", "acpid runs what is there"),
    ("/etc/network", "ifup runs the commands there"),
    ("/etc/udhcpc", "udhcpc runs what is there"),
    ("/etc/dhcpcd.*", "dhcpcd runs what is there"),
    ("/etc/ppp", "pppd runs what is there"),
    ("/etc/wpa_supplicant", "wpa_supplicant loads the libraries that are named there"),
    ("/etc/wireguard", "wg-quick runs the commands there"),
    ("/etc/openvpn", "openvpn runs the commands there"),
    ("/etc/dnsmasq.*", "dnsmasq runs the commands there"),
    ("/etc/inetd.conf", "inetd runs the programs there"),
    ("/etc/xinetd.*", "xinetd runs the programs there"),
    ("/etc/rsyslog.*", "rsyslogd runs the programs there"),
    ("/etc/syslog-ng", "syslog-ng runs the programs there"),
    ("/etc/supervisor*", "a supervisor runs the programs there"),
    ("/etc/s6*", "a supervisor runs the programs there"),
    ("/etc/sv", "a supervisor runs the programs there"),
    ("/etc/service", "a supervisor runs the programs there"),
    ("/etc/monit*", "monit runs the commands there"),
    ("/etc/cloud", "what sets up a cloud's machine runs the commands there"),
    ("/etc/samba", "smbd runs the commands there"),
    ("/etc/exports", "it says whose root may write here from elsewhere"),
    ("/usr/share/udhcpc", "udhcpc runs what is there"),
    ("/etc/logrotate.conf", "logrotate runs the commands there"),
    ("/etc/logrotate.d", "logrotate runs the commands there"),
    ("/etc/lbu", "lbu runs what is there"),
    ("/etc/containers/containers.conf", "podman starts the programs that it names"),
    ("/etc/containers/containers.conf.d", "podman starts the programs that are named there"),
    ("/etc/containers/storage.conf", "podman starts the program that it names for mounts"),
    ("/usr/share/containers", "podman starts the programs that are named there"),
    ("/etc/containers/oci", "podman starts the programs that are named there"),
    ("/run/containers", "root's containers are what is there"),
    ("/run/libpod", "root's containers are what is there"),
    ("/run/crun", "root's containers are what is there"),
    ("/run/runc", "root's containers are what is there"),
    ("/run/podman", "who may open the socket there has podman as root"),
    ("/run/docker.sock", "who may open it has the machine"),
    ("/run/containerd", "who may open the socket there has the machine"),
    ("/run/dbus", "root's programs listen there"),
    ("/etc/docker", "dockerd starts the programs that are named there"),
    ("/etc/lxc", "lxc starts the programs that are named there"),
    ("/etc/libvirt", "libvirtd runs what is there"),
    ("/etc/cni", "podman starts the programs that are named there"),
    ("/etc/apache2", "httpd begins as root, and loads the libraries that are named there"),
    ("/etc/lighttpd", "lighttpd loads the libraries that are named there"),
    ("/etc/nginx", "nginx begins as root, and loads the libraries that are named there"),
    ("/etc/vim", "an editor of root's runs what is there"),
    ("/usr/share/vim", "an editor of root's runs what is there"),
    ("/media", "a machine that runs from memory boots what is there"),
    ("/var/lib/containers", "root's containers are what is there"),
    ("/etc/alpod", "alpod runs what is there as root wants it"),
    ("/var/lib/alpod", "it says which plugins alpod runs"),
  ]

  /// Kernel settings that name a program, or a limit to what programs may do to the kernel.
  private static let settings: [String: String] = [
    "kernel.core_pattern": "the kernel starts the program that it names",
    "kernel.modprobe": "the kernel starts the program that it names",
    "kernel.hotplug": "the kernel starts the program that it names",
    "kernel.poweroff_cmd": "the kernel starts the program that it names",
    "fs.binfmt_misc*": "it names programs that run with the rights of others",
    "kernel.usermodehelper.bset": "it says what rights the programs have that the kernel starts",
    "kernel.usermodehelper.inheritable":
      "it says what rights the programs have that the kernel starts",
  ]
}
