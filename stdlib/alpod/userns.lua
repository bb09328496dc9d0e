--- Has a user of the machine be somebody in a container, so that what both see belongs to the same person.
local subid = require("alpod.subid")
local version = require("alpod.version")

local userns = {}

local function total(ranges)
  local count = 0
  for _, range in ipairs(ranges) do
    count = count + range.count
  end
  return count
end

--- The fields of `host.container.run` by which a user is `uid`:`gid` in a container: keep-id from Podman 4.3 on, which knows
--- uid and gid; explicit maps before.
---@param host alpod.Host
---@param user string login name
---@param uid integer|string what the user is in the container
---@param gid integer|string
---@return { userns: string?, uidmap: string[]?, gidmap: string[]?, run_as: string? }
function userns.keep(host, user, uid, gid)
  uid, gid = tonumber(uid), tonumber(gid)
  local podman = host.apk.get("podman")
  if podman and not version.at_least(podman.version, "4.3") then
    local ids = host.subid.get(user)
    return {
      uidmap = subid.around(uid, total(ids.users)),
      gidmap = subid.around(gid, total(ids.groups)),
      -- With uid and gid keep-id sets the user by itself; maps do not.
      run_as = ("%d:%d"):format(uid, gid),
    }
  end
  return { userns = ("keep-id:uid=%d,gid=%d"):format(uid, gid) }
end

return userns
