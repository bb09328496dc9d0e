/// What a plugin may be given that makes it as good as root: everything else that it may then do is a matter of its good
/// will. The table is closed; a test holds it.
public enum RootPower {
  /// Why an entry of a plugin's needs is as good as root.
  /// - Returns: nil when it is not.
  public static func reason(category: String, entry: String) -> String? {
    switch category {
    case "files": places(entry)
    case "podman.mount":
      places(entry + "/**").map { "a container of root may write there, and \($0)" }
    case "files.setid": "a program that runs as its owner, whoever starts it"
    case "apk.trust": "packages from there are installed as root, whatever is in them"
    case "commands": "it runs as root, with the arguments that the plugin gives it"
    case "podman.privileged": "nothing keeps such a container from the machine"
    case "sysctl":
      settings.first { Pattern.matches(entry, $0.key, asPath: false) }?.value
    default: nil
    }
  }

  private static func places(_ pattern: String) -> String? {
    // Of several, the one that the fewest words are needed for.
    paths.first { Pattern.meet(pattern, $0.path) || Pattern.meet(pattern, $0.path + "/**") }?.reason
  }

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
    ("/etc/cron.d", "a crond runs what is there"),
    ("/etc/periodic", "crond runs what is there"),
    ("/etc/profile", "every login shell runs it, root's too"),
    ("/etc/profile.d", "every login shell runs what is there, root's too"),
    ("/etc/bash", "every bash runs what is there, root's too"),
    ("/etc/bash.bashrc", "every bash runs it, root's too"),
    ("/etc/zsh", "every zsh runs what is there, root's too"),
    ("/etc/fish", "every fish runs what is there, root's too"),
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
    ("/usr/local/lib", "programs load libraries from there"),
    ("/etc/ld-musl-x86_64.path", "it says where programs load libraries from"),
    ("/etc/ld-musl-aarch64.path", "it says where programs load libraries from"),
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
    ("/usr/share/udhcpc", "udhcpc runs what is there"),
    ("/etc/logrotate.conf", "logrotate runs the commands there"),
    ("/etc/logrotate.d", "logrotate runs the commands there"),
    ("/etc/lbu", "lbu runs what is there"),
    ("/etc/containers/containers.conf", "podman starts the programs that it names"),
    ("/etc/containers/containers.conf.d", "podman starts the programs that are named there"),
    ("/etc/containers/storage.conf", "podman starts the program that it names for mounts"),
    ("/usr/share/containers", "podman starts the programs that are named there"),
    ("/etc/cni", "podman starts the programs that are named there"),
    ("/etc/nginx", "nginx begins as root, and loads the libraries that are named there"),
    ("/etc/vim", "an editor of root's runs what is there"),
    ("/var/lib/containers", "root's containers are what is there"),
    ("/etc/alpod", "alpod runs what is there as root wants it"),
  ]

  /// Kernel settings that name a program, or a limit to what programs may do to the kernel.
  private static let settings: [String: String] = [
    "kernel.core_pattern": "the kernel starts the program that it names",
    "kernel.modprobe": "the kernel starts the program that it names",
    "kernel.hotplug": "the kernel starts the program that it names",
    "kernel.poweroff_cmd": "the kernel starts the program that it names",
    "kernel.usermodehelper.bset": "it says what rights the programs have that the kernel starts",
    "kernel.usermodehelper.inheritable":
      "it says what rights the programs have that the kernel starts",
  ]
}
