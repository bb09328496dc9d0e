example({ user = "admin" })
example({ user = "admin", path = "/srv/images" }, { filesystems = { ["/home"] = "nfs" } })

describe("nfs-home", function()
  it("stores images on the machine's own disk, for the user alone", function()
    local p = plan({ user = "admin" }, machine({ filesystems = { ["/home"] = "nfs" } }))
    expect(p):makes("/srv/containers/1000")
    expect(p):writes("/etc/containers/storage.conf", 'rootless_storage_path = "/srv/containers/$UID"')
  end)

  it("does not go from one NFS to another", function()
    expect(plan({ user = "admin", path = "/mnt/images" }, machine({ filesystems = { ["/mnt"] = "nfs" } }))):refuses("lies on nfs, too")
  end)
end)
