--- How the ids of the machine become those of a user's containers. A map is a list of { inside, outside, count }.
local subid = {}

---@class alpod.IDMapLine
---@field inside integer the first id in the container
---@field outside integer the id on the machine that it is
---@field count integer how many

--- The map of a user's containers: the user is 0, then the ranges follow in the order of their starts.
---@param own integer the user's own id
---@param ranges { start: integer, count: integer }[]
---@return alpod.IDMapLine[]
function subid.map(own, ranges)
  local sorted = table.move(ranges, 1, #ranges, 1, {})
  table.sort(sorted, function(one, other)
    return one.start < other.start
  end)
  local map, next_id = { { inside = 0, outside = own, count = 1 } }, 1
  for _, range in ipairs(sorted) do
    map[#map + 1] = { inside = next_id, outside = range.start, count = range.count }
    next_id = next_id + range.count
  end
  return map
end

--- What an id of the machine is in a container; nil when it is none there.
---@param map alpod.IDMapLine[]
---@param id integer
---@return integer?
function subid.inside(map, id)
  for _, line in ipairs(map) do
    if id >= line.outside and id < line.outside + line.count then
      return line.inside + id - line.outside
    end
  end
end

--- What an id of a container is on the machine; nil when it is none there.
---@param map alpod.IDMapLine[]
---@param id integer
---@return integer?
function subid.outside(map, id)
  for _, line in ipairs(map) do
    if id >= line.inside and id < line.inside + line.count then
      return line.outside + id - line.inside
    end
  end
end

--- How many ids there are in containers.
---@param map alpod.IDMapLine[]
---@return integer
function subid.count(map)
  local total = 0
  for _, line in ipairs(map) do
    total = total + line.count
  end
  return total
end

--- What `--uidmap` or `--gidmap` says so that the user is `id` in the container and the subordinate ids are around it, as
--- CONTAINER:FROM:COUNT, where FROM counts the user as 0 and the subordinate ids from 1 (podman-run(1), --uidmap).
---@param id integer what the user is in the container
---@param size integer how many subordinate ids there are
---@return string[]
function subid.around(id, size)
  local lines = {}
  if math.min(id, size) > 0 then
    lines[#lines + 1] = ("0:1:%d"):format(math.min(id, size))
  end
  lines[#lines + 1] = ("%d:0:1"):format(id)
  if id < size then
    lines[#lines + 1] = ("%d:%d:%d"):format(id + 1, id + 1, size - id)
  end
  return lines
end

return subid
