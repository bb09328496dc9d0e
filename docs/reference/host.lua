---@meta _
-- Types of what plugins of alpod are given and return, for LuaLS. Written by alpod from the description of its calls;
-- `alpod types --install` renews it.

---What the file of a plugin returns.
---@class alpod.Plugin
---@field api 1 the level of the calls that it was written for
---@field name string lower-case letters, digits, - and _; the same as the file's name without .lua
---@field summary string one line that says what it is for
---@field description? string more, for `alpod info`
---@field requires? (string|alpod.Requirement)[] plugins that have to be finished before it
---@field options? table<string, alpod.Option> what one may tell it
---@field needs? alpod.Needs what it may do; everything else is refused
---@field setup? fun(host: alpod.Host, opt: table<string, any>) says what should be so
---@field check? fun(host: alpod.Host, opt: table<string, any>, report: alpod.Report) looks whether it is so, by files
---@field probe? fun(host: alpod.Host, opt: table<string, any>, report: alpod.Report) looks whether it works, by starting podman
---@field try? string a command that shows that it worked, {option} filled in; never run
---@field fixtures? string[] the simulated machines that it is written for; all when not given

---What one may tell a plugin.
---@class alpod.Option
---@field type? "string"|"integer"|"boolean"|"enum"|"path"|"list"|"map"|"secret" a string when not given
---@field required? boolean whether a run without a value is refused
---@field default? any the value when nobody gives one
---@field help string one line that says what it is for
---@field min? integer of an integer
---@field max? integer of an integer
---@field values? string[] of an enum: what may be chosen
---@field of? "string"|"integer"|"boolean"|"path" of a list or map: the type of each item; a string when not given

---A plugin that has to be finished before.
---@class alpod.Requirement
---@field [1] string its name
---@field as? string a name of this use of the plugin
---@field with? table<string, any> option values that it is to have

---What a plugin may do; entries may hold {option} and {home:option}, * and **.
---@class alpod.Needs
---@field apk? string[] package names
---@field ["apk.trust"]? string[] repositories (URLs) and keys (names) that packages are taken from
---@field repositories? string[] components of the machine's own mirror ("main", "community")
---@field files? string[] paths that are written; * stands for any part of a name, ** for any path
---@field ["files.setid"]? string[] paths that may get a set-user-id, set-group-id or sticky bit
---@field read? string[] paths that are read; the same patterns
---@field services? string[] OpenRC services
---@field ["services.set"]? string[] OpenRC services whose settings in /etc/conf.d are set
---@field modules? string[] kernel modules
---@field sysctl? string[] kernel settings
---@field mounts? string[] mount points whose propagation changes
---@field subids? string[] login names that get subordinate ids
---@field users? string[] login names of accounts that are made
---@field ["users.groups"]? string[] groups that accounts are put into as they are made
---@field podman? string[] calls of podman: migrate, info, run, build, reset, chown
---@field ["podman.mount"]? string[] paths of the machine that containers see; the same patterns
---@field ["podman.privileged"]? string[] what gives a container rights on the machine: privileged, host
---@field commands? string[] programs that are started, absolute paths

---What `check` and `probe` say what they found with.
---@class alpod.Report
local report = {}

---A finding with all there is to say of it.
---@class alpod.Finding
---@field text string what was found
---@field evidence? string where it shows: "/etc/subuid:3"
---@field cause? string why it is so
---@field fix? string what to do about it
---@field symptom? string what it is called among the known symptoms

---It is so.
---@param text string|alpod.Finding
---@param advice? string
function report.ok(text, advice) end

---It works, and there is something to know.
---@param text string|alpod.Finding
---@param advice? string
function report.note(text, advice) end

---It will be so from the next boot on.
---@param text string|alpod.Finding
---@param advice? string
function report.later(text, advice) end

---It is not so: the run, or `alpod doctor`, ends with status 1.
---@param text string|alpod.Finding
---@param advice? string
function report.failed(text, advice) end

---What `setup`, `check` and `probe` look at the machine with, and say what should be so.
---@class alpod.Host
---@field machine alpod.host.machine The machine
---@field apk alpod.host.apk Packages
---@field repository alpod.host.repository Repositories of packages
---@field key alpod.host.key Keys that packages are signed with
---@field service alpod.host.service Services of OpenRC
---@field file alpod.host.file Files
---@field filesystem alpod.host.filesystem File systems
---@field mount alpod.host.mount Mounts
---@field module alpod.host.module Kernel modules
---@field sysctl alpod.host.sysctl Kernel settings
---@field cgroup alpod.host.cgroup Control groups
---@field user alpod.host.user Users
---@field home alpod.host.home Files of users
---@field subid alpod.host.subid Subordinate ids
---@field runtime alpod.host.runtime Runtime directories of users
---@field podman alpod.host.podman podman
---@field container alpod.host.container Containers
---@field image alpod.host.image Images
---@field storage alpod.host.storage podman's storage
---@field ownership alpod.host.ownership Whom files of containers belong to
---@field lbu alpod.host.lbu Machines that run from memory
---@field command alpod.host.command Programs

---@class alpod.Machine
---@field release string? "3.20", "edge"; nil when it is no Alpine
---@field title string "Alpine 3.20"
---@field offline boolean whether it lies in a directory, so that nothing runs
---@field container string? "podman", "docker", "lxc"; nil when it is none
---@field openrc string? the version of OpenRC; nil when it is not installed
---@field booted boolean whether OpenRC runs
---@field diskless boolean whether it runs from memory, so that changes vanish

---@class alpod.arguments.machine.refuse
---@field reason string what the machine lacks, or has that is in the way
---@field advice? string what somebody can do about it

---The machine
---@class alpod.host.machine
local machine = {}

---Says what machine this is.
---
---It needs nothing.
---
---```lua
---host.machine.get().release
---```
---@return alpod.Machine
function machine.get() end

---Ends the plugin: what is wanted cannot be had on this machine as it is. Nothing of the run is changed then. A value
---of an option that can be had nowhere is an `error`, and a mistake of the plugin's caller; this is for what another
---machine could have.
---
---It needs nothing.
---
---```lua
---host.machine.refuse{ reason = "there is no OpenRC here" }
---```
---@param fields alpod.arguments.machine.refuse|string
function machine.refuse(fields) end

---@class alpod.Package
---@field version string "5.2.5-r0"; after `host.apk.add` the one that comes
---@field explicit boolean whether it stands in world
---@field broken boolean whether apk left it half done

---@class alpod.arguments.apk.add.packages
---@field name string the package (a package name)
---@field version? string "5.2.5-r0" for just that one, or with <, <=, >, >=, ~ or = before it
---@field tag? string the tag of a repository, without the @

---@class alpod.arguments.apk.add
---@field [integer] string|alpod.arguments.apk.add.packages package names, or tables with a name and a version or tag
---@field packages? (string|alpod.arguments.apk.add.packages)[] package names, or tables with a name and a version or tag (a list (each a package name, or a table with name, version, tag))
---@field allow_remove? string[] packages that apk may remove for it (a list (each a package name)), {} when not given

---@class alpod.arguments.apk.get
---@field name string the package (a package name)

---@class alpod.arguments.apk.restore
---@field package string the package (a package name)
---@field programs string[] those of its programs that lend rights (a list (each an absolute path))

---Packages
---@class alpod.host.apk
local apk = {}

---Sees that packages are in world and installed. apk is asked what it would do, and the plan shows every package and
---version that comes. An entry of world with a version or tag keeps it, unless the call names another. Packages that a
---plugin adds in two calls one after the other are installed by one call of apk. Those that apk left half done are
---mended first.
---
---Needs `apk` for each of `packages`.
---
---```lua
---host.apk.add{ "podman", "crun" }
---```
---@param fields alpod.arguments.apk.add|string|alpod.arguments.apk.add.packages
function apk.add(fields) end

---Says which version of a package is installed; nil when none is.
---
---It needs nothing.
---
---```lua
---host.apk.get("podman").version
---```
---@param fields alpod.arguments.apk.get|string
---@return alpod.Package?
function apk.get(fields) end

---Says what stands in world and no installed package is or provides. apk changes nothing as long as world asks for
---something that cannot be had, whatever else it is told to do.
---
---It needs nothing.
---
---```lua
---host.apk.missing()
---```
---@return string[]
function apk.missing() end

---Says whether apk is at work, so that nobody else can change packages. The number of its process, or nil.
---
---It needs nothing.
---
---```lua
---if host.apk.busy() then return end
---```
---@return integer?
function apk.busy() end

---Sees that programs of a package have the rights that they were installed with: the set-user-id bit, or file
---capabilities. Both get lost when a system is copied with cp or tar. The package is unpacked once more. Nothing
---happens when it is not installed.
---
---Needs `apk` for `package`.
---
---```lua
---host.apk.restore{ package = "shadow-subids", programs = { "/usr/bin/newuidmap", "/usr/bin/newgidmap" } }
---```
---@param fields alpod.arguments.apk.restore
function apk.restore(fields) end

---@class alpod.arguments.repository.add
---@field component? "main"|"community" a component of the machine's own mirror (one of "main", "community")
---@field url? string a repository elsewhere (a URL (http or https) or an absolute path)
---@field tag? string its tag, without the @

---Repositories of packages
---@class alpod.host.repository
local repository = {}

---Sees that a component of the machine's own mirror and release ("community"), or a repository elsewhere, is in
---/etc/apk/repositories. A line that is commented out is taken into use; else a new one comes, for a component after
---that of the mirror. Packages of a repository with a tag are taken only for those who ask for them by the tag. A
---repository elsewhere takes the need `apk.trust`, for its URL.
---
---Needs `repositories` for `component` or `apk.trust` for `url`.
---
---```lua
---host.repository.add("community")
---```
---@param fields? alpod.arguments.repository.add|"main"|"community"
function repository.add(fields) end

---@class alpod.arguments.key.add
---@field name string "builder-1234abcd.rsa.pub"
---@field content string the public key, as abuild-keygen makes it

---Keys that packages are signed with
---@class alpod.host.key
local key = {}

---Sees that packages signed with a key are trusted. Whoever has the private half of it may then install anything from a
---repository of the machine. The key lies in /etc/apk/keys under its name, which the signature names.
---
---Needs `apk.trust` for `name`.
---
---```lua
---host.key.add{ name = "site-5f1c.rsa.pub", content = host.file.read("/media/usb/site-5f1c.rsa.pub") }
---```
---@param fields alpod.arguments.key.add
function key.add(fields) end

---@class alpod.Service
---@field runlevels string[] those that it is in
---@field started boolean whether OpenRC has started it; false offline

---@class alpod.arguments.service.enable
---@field name string the service (a service name)
---@field runlevel? string the runlevel, by name (a runlevel), "default" when not given

---@class alpod.arguments.service.start
---@field name string the service (a service name)
---@field socket? string a socket that shows that it works; the start waits for it, and fails without it (an absolute path)

---@class alpod.arguments.service.reload
---@field name string the service (a service name)
---@field files string[] what it reads: files, or directories of them (a list (each an absolute path))
---@field by? "reload"|"restart" what its script can do; a restart interrupts its work (one of "reload", "restart"), "reload" when not given

---@class alpod.arguments.service.instance
---@field name string the service, "podman.bob" (a service name)
---@field of string the script, "podman" (a service name)

---@class alpod.arguments.service.set
---@field name string the service (a service name)
---@field values table<string, string> shell variables, without quotes (a table (each value a string))

---@class alpod.arguments.service.get
---@field name string the service (a service name)

---Services of OpenRC
---@class alpod.host.service
local service = {}

---Sees that a service is in a runlevel, so that it starts at boot. A service without a script in /etc/init.d is an
---error, and so is a runlevel that there is not.
---
---Needs `services` for `name`.
---
---```lua
---host.service.enable{ name = "cgroups", runlevel = "default" }
---```
---@param fields alpod.arguments.service.enable|string
function service.enable(fields) end

---Sees that a service runs now, where OpenRC runs; elsewhere it waits for the boot. One whose daemons are dead, as far
---as OpenRC has noted their processes, does not run, and is restarted. Control groups count as started when they are
---mounted as /etc/rc.conf wants them; a mode that only a boot can change is noted for the boot.
---
---Needs `services` for `name`.
---
---```lua
---host.service.start("cgroups")
---```
---@param fields alpod.arguments.service.start|string
function service.start(fields) end

---Sees that a service that runs has taken up what is in its files. It is reloaded, or restarted, when one of the files
---was changed since it started or since alpod last did so. A service that does not run reads them when it starts.
---
---Needs `services` for `name` and `read` for each of `files`.
---
---```lua
---host.service.reload{ name = "nginx", files = { "/etc/nginx/http.d" } }
---```
---@param fields alpod.arguments.service.reload
function service.reload(fields) end

---Sees that there is one more service that a script stands for: a link beside it in /etc/init.d. A script that is made
---for it looks at the name it was called by, and /etc/conf.d/NAME is read after that of the script: so `podman` serves
---one user, and `podman.bob` another.
---
---Needs `services` for `name` and `services` for `of`.
---
---```lua
---host.service.instance{ name = "podman.bob", of = "podman" }
---```
---@param fields alpod.arguments.service.instance
function service.instance(fields) end

---Sees that a service has these settings, in /etc/conf.d/NAME. A service that runs takes them up when it is started
---again: see `host.service.reload`. OpenRC runs the script of a service as root, with these as its variables, so that
---they are as good as root.
---
---Needs `services` for `name` and `services.set` for `name`.
---
---```lua
---host.service.set{ name = "podman.bob", values = { podman_user = "bob" } }
---```
---@param fields alpod.arguments.service.set
function service.set(fields) end

---Says what OpenRC knows of a service; nil when it has no script for it.
---
---It needs nothing.
---
---```lua
---host.service.get("cgroups").started
---```
---@param fields alpod.arguments.service.get|string
---@return alpod.Service?
function service.get(fields) end

---@class alpod.File
---@field kind "file"|"directory"|"link"|"characterDevice"|"blockDevice"|"fifo"|"socket" what it is
---@field mode string permission bits in octal, "0644"
---@field owner integer user id
---@field group integer group id
---@field size integer in bytes
---@field target string? what a link says
---@field capable boolean whether it is a program with file capabilities

---@class alpod.arguments.file.read
---@field path string where it is (an absolute path)

---@class alpod.arguments.file.get
---@field path string where it is (an absolute path)

---@class alpod.arguments.file.list
---@field path string where it is (an absolute path)

---@class alpod.arguments.file.write
---@field path string where it is (an absolute path)
---@field content string all of it
---@field mode? string permission bits in octal, "0644" (a file mode such as "0644")
---@field owner? string login name of the owner (a login name)
---@field group? string name of the group (a login name)
---@field validate? string[] a program and its arguments, run once the file is in its place; when it does not end well, the file is taken back (a list (each a string))

---@class alpod.arguments.file.line
---@field path string where it is (an absolute path)
---@field line string the whole line
---@field prefix? string what the line to replace begins with, blanks before it left out

---@class alpod.arguments.file.block
---@field path string where it is (an absolute path)
---@field name string tells this block from others in the file
---@field text string the lines of the block
---@field comment? string what begins a comment in the file, "#" when not given

---@class alpod.arguments.file.key
---@field path string where it is (an absolute path)
---@field key string a shell variable's name
---@field value string its value, without quotes; it may not hold ", \, $ or a backquote

---@class alpod.arguments.file.link
---@field path string where it is (an absolute path)
---@field target string what the link says

---@class alpod.arguments.file.directory
---@field path string where it is (an absolute path)
---@field mode? string permission bits in octal, "0644" (a file mode such as "0644")
---@field owner? string login name of the owner (a login name)
---@field group? string name of the group (a login name)

---@class alpod.arguments.file.remove
---@field path string where it is (an absolute path)

---Files
---@class alpod.host.file
local file = {}

---Reads a file; nil when there is none.
---
---Needs `read` for `path` or `files` for `path`.
---
---```lua
---host.file.read("/etc/rc.conf")
---```
---@param fields alpod.arguments.file.read|string
---@return string?
function file.read(fields) end

---Says what is at a path, a link itself when it is one; nil when nothing is.
---
---Needs `read` for `path` or `files` for `path`.
---
---```lua
---host.file.get("/etc/subuid")
---```
---@param fields alpod.arguments.file.get|string
---@return alpod.File?
function file.get(fields) end

---Lists a directory; nil when there is none.
---
---Needs `read` for `path` or `files` for `path`.
---
---```lua
---host.file.list("/etc/local.d")
---```
---@param fields alpod.arguments.file.list|string
---@return string[]?
function file.list(fields) end

---Gives a file exactly this content; mode and owner stay unless they are named.
---
---Needs `files` for `path`.
---
---```lua
---host.file.write{ path = "/etc/motd", content = "hello\n" }
---```
---@param fields alpod.arguments.file.write
function file.write(fields) end

---Sees that a file has a line: in place of the one that begins with `prefix`, else at its end.
---
---Needs `files` for `path`.
---
---```lua
---host.file.line{ path = "/etc/hosts", line = "10.0.0.2 registry" }
---```
---@param fields alpod.arguments.file.line
function file.line(fields) end

---Sees that a file has a block of lines between two marker comments. The markers are `# BEGIN alpod NAME` and `# END
---alpod NAME`.
---
---Needs `files` for `path`.
---
---```lua
---host.file.block{ path = "/etc/profile", name = "podman", text = "export X=1" }
---```
---@param fields alpod.arguments.file.block
function file.block(fields) end

---Sets KEY="VALUE" in a file that a shell reads, such as /etc/rc.conf or /etc/conf.d/NAME. The last assignment is the
---one that is changed; where there is none, the new one comes after a sample that is commented out, else at the end.
---
---Needs `files` for `path`.
---
---```lua
---host.file.key{ path = "/etc/rc.conf", key = "rc_cgroup_mode", value = "unified" }
---```
---@param fields alpod.arguments.file.key
function file.key(fields) end

---Makes a symbolic link, in place of a link or nothing. Where something else than a link is, it is an error.
---
---Needs `files` for `path`.
---
---```lua
---host.file.link{ path = "/etc/localtime", target = "/usr/share/zoneinfo/UTC" }
---```
---@param fields alpod.arguments.file.link
function file.link(fields) end

---Makes a directory, and those above it (0755) where they are missing.
---
---Needs `files` for `path`.
---
---```lua
---host.file.directory{ path = "/srv/images", mode = "0750" }
---```
---@param fields alpod.arguments.file.directory|string
function file.directory(fields) end

---Removes a file, a link, or a directory that is empty.
---
---Needs `files` for `path`.
---
---```lua
---host.file.remove("/etc/motd")
---```
---@param fields alpod.arguments.file.remove|string
function file.remove(fields) end

---@class alpod.FileSystem
---@field type string "ext4", "btrfs", "overlay", "tmpfs", "nfs"
---@field options string[] how it is mounted: "nosuid", "noexec"; empty offline
---@field mount string? where it is mounted; nil offline

---@class alpod.arguments.filesystem.get
---@field path string where it is (an absolute path)

---File systems
---@class alpod.host.filesystem
local filesystem = {}

---Says what kind of file system a path lies on, or would lie on once it is made; nil when that is not known.
---
---It needs nothing.
---
---```lua
---host.filesystem.get("/var/lib").type
---```
---@param fields alpod.arguments.filesystem.get|string
---@return alpod.FileSystem?
function filesystem.get(fields) end

---@class alpod.Mount
---@field shared boolean? whether it is shared now; nil offline
---@field boot boolean whether it will be at boot

---@class alpod.arguments.mount.share
---@field path string the mount point (an absolute path)

---@class alpod.arguments.mount.get
---@field path string the mount point (an absolute path)

---Mounts
---@class alpod.host.mount
local mount = {}

---Sees that a mount, and those below it, are shared, now and at boot. At boot `/` is shared by an option in /etc/fstab,
---which OpenRC heeds from 0.55 on; else by /etc/local.d/alpod-shared.start.
---
---Needs `mounts` for `path`.
---
---```lua
---host.mount.share("/")
---```
---@param fields alpod.arguments.mount.share|string
function mount.share(fields) end

---Says how a mount spreads: whether it is shared now, and will be at boot; nil when nothing is mounted there.
---
---It needs nothing.
---
---```lua
---host.mount.get("/").shared
---```
---@param fields alpod.arguments.mount.get|string
---@return alpod.Mount?
function mount.get(fields) end

---@class alpod.Module
---@field present boolean? nil where no kernel says so
---@field boot boolean whether it is loaded at boot
---@field loadable boolean? whether there are modules for the running kernel; nil offline
---@field open boolean? whether every user may open its device (tun, fuse); nil where there is none

---@class alpod.arguments.module.load
---@field [integer] string the modules
---@field names? string[] the modules (a list (each a kernel module's name))

---@class alpod.arguments.module.get
---@field name string the module (a kernel module's name)

---Kernel modules
---@class alpod.host.module
local module = {}

---Sees that kernel modules are loaded at boot, and now where that can be. Modules for the boot stand in
---/etc/modules-load.d/alpod.conf.
---
---Needs `modules` for each of `names`.
---
---```lua
---host.module.load{ "tun", "fuse" }
---```
---@param fields alpod.arguments.module.load|string
function module.load(fields) end

---Says whether the kernel has a module's work now (loaded or built in), and whether it is loaded at boot.
---
---It needs nothing.
---
---```lua
---host.module.get("tun").present
---```
---@param fields alpod.arguments.module.get|string
---@return alpod.Module
function module.get(fields) end

---@class alpod.Sysctl
---@field value string? what it is now; nil offline, and where there is none
---@field boot string? what it is set to at boot; nil when nothing sets it
---@field file string? the file that sets it at boot

---@class alpod.arguments.sysctl.set
---@field key string its name, with dots or with slashes as sysctl(8) takes it (a kernel setting such as "net.ipv4.ip_forward")
---@field value string "80", "999 59999"

---@class alpod.arguments.sysctl.get
---@field key string its name, with dots or with slashes as sysctl(8) takes it (a kernel setting such as "net.ipv4.ip_forward")

---Kernel settings
---@class alpod.host.sysctl
local sysctl = {}

---Sees that a kernel setting has a value, now and at boot. At boot it is set by /etc/sysctl.d/alpod.conf, or where a
---file that is read later sets it otherwise (/etc/sysctl.conf is the last of all), by that line.
---
---Needs `sysctl` for `key`.
---
---```lua
---host.sysctl.set{ key = "net.ipv4.ip_unprivileged_port_start", value = "80" }
---```
---@param fields alpod.arguments.sysctl.set
function sysctl.set(fields) end

---Says what a kernel setting is now, and what it is set to at boot. One that root alone may read takes the need
---`sysctl`.
---
---It needs nothing.
---
---```lua
---host.sysctl.get("net.ipv4.ip_unprivileged_port_start").value
---```
---@param fields alpod.arguments.sysctl.get|string
---@return alpod.Sysctl
function sysctl.get(fields) end

---@class alpod.Cgroups
---@field mounted "unified"|"hybrid"|"none"|nil how, now; nil offline
---@field configured string how OpenRC mounts them at boot
---@field withheld string[] controllers that no container gets

---Control groups
---@class alpod.host.cgroup
local cgroup = {}

---Says how control groups are mounted now, and how OpenRC mounts them at boot.
---
---It needs nothing.
---
---```lua
---host.cgroup.get().mounted == "unified"
---```
---@return alpod.Cgroups
function cgroup.get() end

---@class alpod.User
---@field name string login name
---@field uid integer user id
---@field gid integer id of the primary group
---@field home string path of the home
---@field shell string path of the shell
---@field groups integer[] ids of all groups, the primary one first

---@class alpod.arguments.user.add
---@field name string login name (a login name)
---@field uid? integer the lowest free one when not given (a whole number from 1000 to 60000)
---@field shell? string the login shell (an absolute path), "/bin/sh" when not given
---@field home? string /home/NAME when not given (an absolute path)
---@field groups? string[] further groups (a list (each a login name)), {} when not given

---@class alpod.arguments.user.get
---@field name string login name (a login name)
---@field required? boolean ends the plugin, with advice, when there is no such user, false when not given

---Users
---@class alpod.host.user
local user = {}

---Sees that there is a user: an account without a password, with a home of its own. An account that is there stays as
---it is. So does a home that is there, whoever it belongs to: give it to the user with `host.file.directory`. Undo
---removes the account, and the home if the call made it and nothing is in it.
---
---Needs `users` for `name` and `users.groups` for each of `groups`.
---
---```lua
---host.user.add{ name = "containers", groups = { "video" } }
---```
---@param fields alpod.arguments.user.add|string
function user.add(fields) end

---Looks a user up in the machine's own files; nil when there is none.
---
---It needs nothing.
---
---```lua
---host.user.get("admin")
---```
---@param fields alpod.arguments.user.get|string
---@return alpod.User?
function user.get(fields) end

---Lists the users whom somebody logs in as (uid 1000 and up, with a shell).
---
---It needs nothing.
---
---```lua
---for _, name in ipairs(host.user.list()) do print(name) end
---```
---@return string[]
function user.list() end

---@class alpod.arguments.home.read
---@field user string login name (a login name)
---@field path string from the home on, ".config/containers/storage.conf"

---Files of users
---@class alpod.host.home
local home = {}

---Reads a file of a user's own below the home; nil when there is none. Only what belongs to the user is read, and no
---link is followed on the way: a user can lay one to anywhere.
---
---Needs `read` for the path or `files` for the path.
---
---```lua
---host.home.read{ user = "admin", path = ".config/containers/storage.conf" }
---```
---@param fields alpod.arguments.home.read
---@return string?
function home.read(fields) end

---@class alpod.SubordinateIDs
---@field users alpod.Range[] ranges of /etc/subuid, in its order
---@field groups alpod.Range[] ranges of /etc/subgid, in its order
---@field problems alpod.SubordinateIDProblem[] what keeps podman or newuidmap from using them

---@class alpod.Range
---@field start integer the first id
---@field count integer how many

---@class alpod.SubordinateIDProblem
---@field symptom string its id among the known symptoms
---@field evidence string "/etc/subuid:3"

---@class alpod.arguments.subid.grant
---@field user string login name (a login name)
---@field count? integer how many ids of each kind (a whole number from 1 to 268435456), 65536 when not given

---@class alpod.arguments.subid.get
---@field user string login name (a login name)

---Subordinate ids
---@class alpod.host.subid
local subid = {}

---Sees that a user has at least this many subordinate user and group ids, in ranges that are nobody else's. What the
---user has is kept and, where it is too little, a new range is added: never one that overlaps another's, holds
---somebody's own id, or was another's as far as the journal tells, or files in homes, stores of containers and
---directories for temporary files. Lines of the user that podman and newuidmap read differently, that say the same
---twice, overlap an earlier one of the user's, or hold the user's own id are put right: with such a line no container
---starts at all.
---
---Needs `subids` for `user`.
---
---```lua
---host.subid.grant{ user = "admin", count = 65536 }
---```
---@param fields alpod.arguments.subid.grant|string
function subid.grant(fields) end

---Says which subordinate ids a user has.
---
---It needs nothing.
---
---```lua
---#host.subid.get("admin").users
---```
---@param fields alpod.arguments.subid.get|string
---@return alpod.SubordinateIDs
function subid.get(fields) end

---@class alpod.arguments.runtime.add
---@field user string login name (a login name)

---Runtime directories of users
---@class alpod.host.runtime
local runtime = {}

---Sees that a user has a runtime directory, /run/user/UID, now and from the boot on. A service of OpenRC,
---alpod-runtime.USER, makes it: the user's own, mode 0700, with a directory `podman` in it for podman's socket. It
---stays when the user logs out, so that services of the user can use it; where something takes it away nevertheless, as
---elogind does, the next run makes it again.
---
---Needs `users` for `user`.
---
---```lua
---host.runtime.add("admin")
---```
---@param fields alpod.arguments.runtime.add|string
---@return string
function runtime.add(fields) end

---@class alpod.PodmanSession
---@field running boolean whether a pause process lives
---@field same boolean whether its map is the wanted one; true when none lives
---@field stray integer? a shell of the user's that works with another group, where podman cannot start
---@field copying integer? a process that gives the files of an image other owners, which the first start waits for

---@class alpod.MapComparison
---@field found alpod.MapLine[] the map that podman gives
---@field wanted alpod.MapLine[] the map that the files call for
---@field same boolean whether both are the same

---@class alpod.MapLine
---@field inside integer the first id in the container
---@field outside integer the id on the machine that it is
---@field count integer how many

---@class alpod.PodmanInfo
---@field version string? of the program, whatever the package is called
---@field cgroups string? "v1" or "v2"; "v1" also where nothing is mounted
---@field runtime string? "crun", "runc"
---@field network string? "netavark"
---@field driver string? of the storage: "overlay", "btrfs", "vfs"
---@field graphroot string? where the storage is
---@field rootless boolean? whether podman ran without root

---@class alpod.ContainerResult
---@field succeeded boolean whether it ended well
---@field output string the last lines that it printed

---@class alpod.arguments.podman.migrate
---@field user string login name (a login name)

---@class alpod.arguments.podman.get
---@field user string login name (a login name)

---@class alpod.arguments.podman.map
---@field user string login name (a login name)
---@field kind? "uid"|"gid" which ids (one of "uid", "gid"), "uid" when not given

---@class alpod.arguments.podman.info
---@field user? string login name; root when not given (a login name)

---@class alpod.arguments.podman.run
---@field image string fetched when it is not there (an image's name)
---@field user? string login name; root when not given (a login name)
---@field command? string[] what it runs; the image's own when not given (a list (each a string)), {} when not given
---@field network? "none"|"host" podman's own choice when not given (one of "none", "host")

---podman
---@class alpod.host.podman
local podman = {}

---Sees that a user's podman works with the id map that /etc/subuid and /etc/subgid give now. A pause process that lives
---keeps the map from before; `podman system migrate` ends it, and with it the user's running containers, which the plan
---names.
---
---Needs `podman` with `"migrate"`.
---
---```lua
---host.podman.migrate("admin")
---```
---@param fields alpod.arguments.podman.migrate|string
function podman.migrate(fields) end

---Says whether a user's podman holds a namespace open, and whether its id map is the one that the files call for. It is
---read from the files and processes of the user, without starting podman.
---
---Needs `podman` with `"info"`.
---
---```lua
---host.podman.get("admin").same
---```
---@param fields alpod.arguments.podman.get|string
---@return alpod.PodmanSession
function podman.get(fields) end

---Starts podman as a user and says which id map its containers get.
---
---Needs `podman` with `"info"`.
---Only in `probe`: it starts podman.
---
---```lua
---host.podman.map{ user = "admin" }.found
---```
---@param fields alpod.arguments.podman.map|string
---@return alpod.MapComparison
function podman.map(fields) end

---Starts podman, as a user or as root, and says what it makes of the machine.
---
---Needs `podman` with `"info"`.
---Only in `probe`: it starts podman.
---
---```lua
---host.podman.info().cgroups
---```
---@param fields? alpod.arguments.podman.info|string
---@return alpod.PodmanInfo
function podman.info(fields) end

---Runs a container to its end, to see that containers run, and says how it ended. The container is removed, also when
---it does not end within five minutes, and so is the image when it was not there before. Nothing of the machine is
---shown to it.
---
---Needs `podman` with `"run"`.
---Only in `probe`: it starts podman.
---
---```lua
---host.podman.run{ image = "docker.io/library/hello-world" }.succeeded
---```
---@param fields alpod.arguments.podman.run|string
---@return alpod.ContainerResult
function podman.run(fields) end

---@class alpod.Container
---@field id string 64 hexadecimal digits
---@field image string the id of its image
---@field running boolean whether it runs; false offline
---@field kept boolean whether alpod made it

---@class alpod.arguments.container.get
---@field name string the container (a container's name)
---@field user? string login name; root when not given (a login name)

---@class alpod.arguments.container.run
---@field name string its name (a container's name)
---@field image string fetched when it is not there (an image's name)
---@field user? string login name; root when not given (a login name)
---@field hostname? string what it calls itself (a container's name)
---@field ports? string[] what it publishes, "8080:80" (a list (each a port mapping such as "8080:80")), {} when not given
---@field volumes? string[] what of the machine it sees, "/srv/www:/www:ro"; or named volumes, "data:/data" (a list (each a volume such as "/srv/www:/www:ro")), {} when not given
---@field environment? table<string, string> variables and their values (a table (each value a string)), {} when not given
---@field secrets? table<string, string> variables whose values are what is in these files (a table (each value an absolute path)), {} when not given
---@field userns? string its user namespace: "keep-id:uid=1000,gid=1000", "auto", "nomap"
---@field uidmap? string[] user ids as CONTAINER:FROM:COUNT, in place of userns (a list (each a string)), {} when not given
---@field gidmap? string[] the same for group ids (a list (each a string)), {} when not given
---@field run_as? string whom its program runs as, "1000:1000"; the image's user when not given
---@field network? string "none", "host", or a network that there is
---@field devices? string[] devices of the machine that it may use (a list (each an absolute path)), {} when not given
---@field privileged? boolean whether it may do what root may, false when not given
---@field read_only? boolean whether its root is read-only, false when not given
---@field restart? "no"|"on-failure"|"always"|"unless-stopped" what podman does when its program ends (one of "no", "on-failure", "always", "unless-stopped"), "no" when not given
---@field labels? table<string, string> labels and their values (a table (each value a string)), {} when not given
---@field command? string[] what it runs, word by word; the image's own when not given (a list (each a string)), {} when not given

---@class alpod.arguments.container.boot
---@field name string the container (a container's name)
---@field user? string login name; root when not given (a login name)
---@field runlevel? string the runlevel, by name (a runlevel), "default" when not given

---Containers
---@class alpod.host.container
local container = {}

---Says what is known of a container; nil when there is none of that name. It is read from podman's own files, without
---starting it.
---
---Needs `podman` with `"info"`.
---
---```lua
---host.container.get{ name = "web", user = "admin" }
---```
---@param fields alpod.arguments.container.get|string
---@return alpod.Container?
function container.get(fields) end

---Sees that a container is there as it is declared here, and runs. It is made anew when the declaration changed, a
---secret's content among it, or when its image is another one by now. One of that name that alpod did not make is only
---replaced with --allow-loss NAME. Values in `secrets` stand in no plan, journal or argument. The proxy variables of
---whoever runs alpod do not get into it.
---
---Needs `podman` with `"run"`, `podman.mount` for each path in volumes and devices, `podman.privileged` for privileged,
---host, devices, and `read` for each file in secrets.
---
---```lua
---host.container.run{ name = "web", image = "docker.io/library/nginx:1.27", ports = { "8080:80" } }
---```
---@param fields alpod.arguments.container.run
function container.run(fields) end

---Sees that a container is started at boot and stopped at shutdown: a service of OpenRC of its own. The service is
---called alpod-container.NAME; start it with `host.service.start` to have `rc-service` know that it runs. The restart
---policies of podman are heeded at boot only where podman's own service runs.
---
---Needs `podman` with `"run"`.
---
---```lua
---host.container.boot{ name = "web", user = "admin" }
---```
---@param fields alpod.arguments.container.boot|string
---@return string
function container.boot(fields) end

---@class alpod.Image
---@field id string 64 hexadecimal digits
---@field user string whom its containers run as; empty for root
---@field uid integer? that as a number
---@field gid integer? its group as a number

---@class alpod.arguments.image.get
---@field name string the image (an image's name)
---@field user? string login name; root when not given (a login name)

---@class alpod.arguments.image.add
---@field name string the image (an image's name)
---@field user? string login name; root when not given (a login name)

---@class alpod.arguments.image.build
---@field name string what it is called, "localhost/web:latest" (an image's name)
---@field directory string what it is built from (an absolute path)
---@field user? string login name; root when not given (a login name)
---@field file? string the Containerfile, from the directory on; the one that podman finds when not given
---@field arguments? table<string, string> build arguments and their values (a table (each value a string)), {} when not given
---@field proxy? boolean whether programs in the build see the proxy variables of whoever runs alpod, false when not given

---Images
---@class alpod.host.image
local image = {}

---Says what is known of an image that is there; nil when there is none. It is read from podman's own files, without
---starting it. The numbers are those that the image's own /etc/passwd gives its user.
---
---Needs `podman` with `"info"`.
---
---```lua
---host.image.get{ name = "docker.io/library/nginx:1.27", user = "admin" }
---```
---@param fields alpod.arguments.image.get|string
---@return alpod.Image?
function image.get(fields) end

---Sees that an image is there: it is fetched when it is not. One that is there stays as it is, whatever its registry
---has by now. What is in one that is fetched, `image.get` says in the next round.
---
---Needs `podman` with `"run"`.
---
---```lua
---host.image.add{ name = "docker.io/library/nginx:1.27", user = "admin" }
---```
---@param fields alpod.arguments.image.add|string
function image.add(fields) end

---Sees that an image is built from what is in a directory now. A digest of everything in the directory, and of how the
---image is built, is kept with the image as the label alpod.content; it is built anew when that changed. Its output is
---shown as it comes. Proxy variables serve to fetch what it is built on; the build itself sees them only with `proxy`.
---
---Needs `podman` with `"build"`, `read` for `directory`, and `read` for everything in it.
---
---```lua
---host.image.build{ name = "localhost/dev:latest", directory = "/srv/dev", user = "admin" }
---```
---@param fields alpod.arguments.image.build
function image.build(fields) end

---@class alpod.Storage
---@field root string the directory
---@field driver string? what the files ask for
---@field mount_program string? what mounts overlays; nil for the kernel
---@field file string? the file that counts
---@field found string? the driver of what is there; nil when nothing is
---@field containers string[] names
---@field images string[] names
---@field limited string[] containers with a limit of memory or CPU
---@field unfinished string[] containers of distrobox whose set-up failed
---@field volumes string[]? names; nil when they cannot be told
---@field blocked string? a directory above it that its owner may not pass through; nil when there is none
---@field unwritable string? where its owner would have to write, and may not: it, or the directory it would be made in

---@class alpod.arguments.storage.get
---@field user? string login name; root when not given (a login name)

---@class alpod.arguments.storage.reset
---@field user? string login name; root when not given (a login name)

---podman's storage
---@class alpod.host.storage
local storage = {}

---Says where and how podman keeps images and containers, and what is there. What the files ask for counts only for a
---storage that is yet to be begun: podman keeps the driver of one that is there, says so in an error that nobody sees,
---and ends well.
---
---Needs `podman` with `"info"`.
---
---```lua
---host.storage.get().found
---```
---@param fields? alpod.arguments.storage.get|string
---@return alpod.Storage
function storage.get(fields) end

---Empties podman's storage where there is one. All images, containers, volumes and networks are gone for good; the plan
---names them, and unless there are none it is made only with --allow-loss and the storage's directory. It has to come
---before the files that ask for another driver are changed.
---
---Needs `podman` with `"reset"`.
---
---```lua
---host.storage.reset{ user = "admin" }
---```
---@param fields? alpod.arguments.storage.reset|string
function storage.reset(fields) end

---@class alpod.Owned
---@field path string from the directory on
---@field uid integer its owner
---@field gid integer its group

---@class alpod.arguments.ownership.get
---@field user string login name (a login name)
---@field directory string what containers see of the machine (an absolute path)

---@class alpod.arguments.ownership.fix
---@field user string login name (a login name)
---@field directory string what containers see of the machine (an absolute path)

---Whom files of containers belong to
---@class alpod.host.ownership
local ownership = {}

---Lists what below a directory belongs to subordinate ids of a user. Such files were made by a container in which the
---user was not who the user is outside; on the machine they are nobody's.
---
---Needs `podman.mount` for `directory`.
---
---```lua
---#host.ownership.get{ user = "admin", directory = "/home/admin" }
---```
---@param fields alpod.arguments.ownership.get
---@return alpod.Owned[]
function ownership.get(fields) end

---Sees that nothing below a directory belongs to subordinate ids of a user. What does is given to the user, by `podman
---unshare chown`; the plan lists it all.
---
---Needs `podman` with `"chown"` and `podman.mount` for `directory`.
---
---```lua
---host.ownership.fix{ user = "admin", directory = "/home/admin" }
---```
---@param fields alpod.arguments.ownership.fix
function ownership.fix(fields) end

---@class alpod.Backup
---@field diskless boolean whether changes vanish unless they are saved
---@field medium string? where it saves to: a name below /media, or a directory
---@field included string[] paths beside /etc that are saved

---@class alpod.arguments.lbu.include
---@field [integer] string files, or directories with all in them
---@field paths? string[] files, or directories with all in them (a list (each an absolute path))

---Machines that run from memory
---@class alpod.host.lbu
local lbu = {}

---Says whether the machine runs from memory, and what of it `lbu commit` saves.
---
---It needs nothing.
---
---```lua
---host.lbu.get().diskless
---```
---@return alpod.Backup
function lbu.get() end

---Sees that `lbu commit` saves these paths, beside /etc, which it saves anyway. Of /etc/init.d it saves links alone.
---Scripts that other calls write there are included on a machine that runs from memory.
---
---Needs `files` with `"/etc/apk/protected_paths.d/lbu.list"`.
---
---```lua
---host.lbu.include{ "/var/lib/alpod" }
---```
---@param fields alpod.arguments.lbu.include|string
function lbu.include(fields) end

---Sees that what was changed is saved at the end of the run: `lbu commit`. It comes after the last change and after the
---journal is closed, so that what is saved can be taken back after a reboot; of a run that has to be confirmed, once it
---is. Nothing happens on a machine that does not run from memory.
---
---Needs `commands` with `"/sbin/lbu"`.
---
---```lua
---host.lbu.commit()
---```
function lbu.commit() end

---@class alpod.arguments.command.run
---@field program string its absolute path (an absolute path)
---@field arguments? string[] what it is told, word by word (a list (each a string)), {} when not given
---@field creates string a path that is there once it ended well (an absolute path)

---Programs
---@class alpod.host.command
local command = {}

---Starts a program of the machine, unless what it creates is there. For what no other call does: alpod cannot tell what
---a program does, nor take it back. It is started as it is, without a shell, as root, with nothing on its standard
---input. What it has created in part when it fails is removed; after a run that was cut off it is left, and named.
---
---Needs `commands` for `program` and `read` for `creates`.
---
---```lua
---host.command.run{ program = "/usr/bin/openssl", arguments = { "dhparam", "-out", "/etc/ssl/dh.pem", "2048" }, creates = "/etc/ssl/dh.pem" }
---```
---@param fields alpod.arguments.command.run
function command.run(fields) end

---A machine to try a plugin on. The fields are those of a simulated machine, laid over `base`.
---@class alpod.test.Shape
---@field base? string a simulated machine, "alpine-3.20" when not given, or a file beside the test
---@field release? string
---@field world? string[]
---@field installed? string[]
---@field packages? string[]
---@field versions? table<string, string>
---@field files? table<string, string|false|table>
---@field filesystems? table<string, string>
---@field network? boolean
---@field offline? boolean

---@class alpod.test.Machine

---@class alpod.test.Plan

---@class alpod.test.Run: alpod.test.Plan
---@field machine alpod.test.Machine what the run left

---@class alpod.test.Report

---Begins a group of tests.
---@param name string
---@param body fun()
function describe(name, body) end

---Is a test.
---@param name string
---@param body fun()
function it(name, body) end

---Is called before each test of the group that it stands in.
---@param body fun()
function before(body) end

---Names option values that the plugin is held against its properties with.
---@param settings table<string, any>
---@param where? { on?: string[], except?: string[] }
function example(settings, where) end

---Makes a machine to plan on.
---@param shape? alpod.test.Shape
---@return alpod.test.Machine
function machine(shape) end

---Plans a plugin: its name, option values and a machine, in any order.
---@param ... string|table|alpod.test.Machine|alpod.test.Run
---@return alpod.test.Plan
function plan(...) end

---Plans a plugin and carries the plan out on the simulated machine.
---@param ... string|table|alpod.test.Machine|alpod.test.Run
---@return alpod.test.Run
function run(...) end

---Has a plugin look at a machine.
---@param ... string|table|alpod.test.Machine|alpod.test.Run
---@return alpod.test.Report
function check(...) end

---What a plan, run, report or value is expected to be.
---@class alpod.test.Expectation
---@field never alpod.test.Expectation the contrary of what follows
---@field adds fun(self, ...: string): alpod.test.Expectation packages are installed
---@field removes fun(self, ...: string): alpod.test.Expectation packages are removed
---@field enables fun(self, service: string, runlevel?: string): alpod.test.Expectation a service is put into a runlevel
---@field starts fun(self, ...: string): alpod.test.Expectation services are started
---@field reloads fun(self, ...: string): alpod.test.Expectation services are reloaded
---@field loads fun(self, ...: string): alpod.test.Expectation kernel modules are loaded
---@field shares fun(self, ...: string): alpod.test.Expectation mounts are shared
---@field sets fun(self, key: string, value?: string|integer): alpod.test.Expectation a kernel setting gets a value
---@field grants fun(self, ...: string): alpod.test.Expectation users get subordinate ids
---@field creates_user fun(self, ...: string): alpod.test.Expectation users are made
---@field runs fun(self, ...: string): alpod.test.Expectation containers are run
---@field builds fun(self, ...: string): alpod.test.Expectation images are built
---@field writes fun(self, path: string, content?: string|table): alpod.test.Expectation a file is written
---@field links fun(self, path: string, target?: string): alpod.test.Expectation a link is made
---@field makes fun(self, path: string): alpod.test.Expectation a directory is made
---@field deletes fun(self, path: string): alpod.test.Expectation a path is removed
---@field changes fun(self, what?: string|integer): alpod.test.Expectation something is changed
---@field is_empty fun(self): alpod.test.Expectation nothing is changed
---@field notes fun(self, text?: string): alpod.test.Expectation something is noted
---@field refuses fun(self, text?: string): alpod.test.Expectation it is refused
---@field is_ok fun(self): alpod.test.Expectation no check fails
---@field fails fun(self, text?: string): alpod.test.Expectation a check fails
---@field says fun(self, text?: string): alpod.test.Expectation a check says that it is so
---@field waits fun(self, text?: string): alpod.test.Expectation a check says that it will be so after a boot
---@field equals fun(self, wanted: any): alpod.test.Expectation the value is this one
---@field matches fun(self, pattern: string): alpod.test.Expectation a text matches a pattern
---@field contains fun(self, part: any): alpod.test.Expectation a text or list holds this
---@field is_true fun(self): alpod.test.Expectation the value is true
---@field is_false fun(self): alpod.test.Expectation the value is false
---@field is_nil fun(self): alpod.test.Expectation there is no value
---@param subject any
---@return alpod.test.Expectation
function expect(subject) end
