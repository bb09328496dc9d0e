example({}, { except = { "stale-store" } })
example({ driver = "vfs" }, { on = { "alpine-3.20", "btrfs-root", "podman-6", "stale-store" } })
example(
  { driver = "overlay", mount_program = "fuse-overlayfs" },
  { on = { "alpine-3.20", "podman-6", "in-container" } }
)
example(
  { rootless_path = "/srv/containers/$UID" },
  { on = { "alpine-3.20", "podman-6" }, files = { ["/srv/containers"] = { dir = true, mode = "1777" } } }
)

describe("storage", function()
  it("takes btrfs on btrfs", function()
    expect(plan(machine({ base = "btrfs-root" }))):writes("/etc/containers/storage.conf", 'driver = "btrfs"')
  end)

  it("puts users' storage where it is said", function()
    local open = machine({ files = { ["/srv/containers"] = { dir = true, mode = "1777" } } })
    expect(plan({ rootless_path = "/srv/containers/$UID" }, open)):writes("/etc/containers/storage.conf", '"/srv/containers/$UID"')
    expect(plan({ rootless_path = "$HOME/containers" })):writes("/etc/containers/storage.conf", '"$HOME/containers"')
  end)

  it("refuses a place where users may make nothing, and sees one that came to be so", function()
    local path = { rootless_path = "/srv/containers/$UID" }
    expect(plan(path)):refuses("podman cannot store for admin in /srv/containers/1000")
    expect(plan(path, machine({ files = { ["/srv/containers"] = { dir = true, mode = "755" } } })))
      :refuses("/srv/containers is not for users to write in")
    local later = { ["/etc/containers/storage.conf"] = '[storage]\ndriver = "overlay"\nrootless_storage_path = "/srv/$UID"\n' }
    expect(check(machine({ packages = { "podman" }, files = later }))):fails("podman cannot store for admin in /srv/1000")
  end)

  it("refuses a place that is none", function()
    for _, path in ipairs({ "rel/path", "-x", "/", '/srv/"q', "", "$HOME", "$HOME/", "~/x", "//" }) do
      expect(plan({ rootless_path = path })):refuses("it begins with / or $HOME/")
    end
  end)

  it("goes by settings that are written with dots", function()
    local there = machine({ files = { ["/etc/containers/storage.conf"] = 'storage.driver = "vfs"\n' } })
    expect(plan({ driver = "vfs" }, there)).never:writes("/etc/containers/storage.conf")
    expect(plan({ driver = "overlay" }, there)):writes("/etc/containers/storage.conf", { exactly = 'storage.driver = "overlay"\n' })
  end)

  it("refuses settings that it cannot edit", function()
    local braces = machine({ files = { ["/etc/containers/storage.conf"] = '\nstorage = { driver = "vfs" }\n' } })
    expect(plan({ driver = "vfs" }, braces)).never:writes("/etc/containers/storage.conf")
    expect(plan({ driver = "vfs", rootless_path = "$HOME/containers" }, braces))
      :refuses("/etc/containers/storage.conf, line 2: storage is set as a whole")
    local broken = machine({ files = { ["/etc/containers/storage.conf"] = "[storage\n" }, packages = { "podman" } })
    expect(plan(broken)):refuses("/etc/containers/storage.conf, line 1: the name of a table has no ]")
    expect(check(broken)):fails("podman does not start")
  end)

  it("does not throw away what was stored with another driver", function()
    expect(plan(machine({ base = "stale-store" }))):refuses("was begun with vfs")
  end)

  -- A storage that was begun with vfs, and holds neither containers nor images.
  local function begun(files)
    files["/var/lib/containers/storage/vfs-containers/containers.json"] = "[]"
    files["/var/lib/containers/storage/vfs-images/images.json"] = "[]"
    files["/var/lib/containers/storage/vfs-layers/layers.json"] = "[]"
    return machine({ packages = { "podman" }, files = files })
  end

  it("names the volumes that are all it holds", function()
    expect(plan(begun({ ["/var/lib/containers/storage/volumes/data/_data"] = { dir = true } })))
      :refuses("was begun with vfs and holds 0 containers, 0 images and the volumes data")
  end)

  it("says what is lost when it is told to empty it", function()
    local there = machine({ base = "stale-store" })
    expect(plan({ reset = true }, there)):changes("empty the storage of root")
    expect(plan({ driver = "vfs" }, there)).never:changes("empty the storage of root")
  end)

  it("begins a storage anew that holds nothing", function()
    expect(plan(begun({}))):changes("empty the storage of root")
  end)
end)
