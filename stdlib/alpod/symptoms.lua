--- Names what a check finds, so that everybody is told the same of it: see symptom_list.lua.
local symptoms = {}

--- By id. Most checks find nothing, and need none of it.
local by_id

local function known()
  if not by_id then
    by_id = {}
    for _, symptom in ipairs(require("alpod.symptom_list")) do
      by_id[symptom.id] = symptom
    end
  end
  return by_id
end

local function filled(text, values)
  return (text:gsub("{([%l_]+)}", function(name)
    return values[name] and tostring(values[name]) or nil
  end))
end

--- What `report.failed` takes.
---@param id string the symptom's id
---@param values { evidence: string?, fix: string?, [string]: any } what is filled into `fix`; `evidence` is where it shows,
---"/etc/subuid:3"; a `fix` takes the place of the usual one
---@return alpod.Finding
function symptoms.found(id, values)
  local symptom = known()[id]
  if not symptom then
    error("there is no symptom " .. tostring(id), 2)
  end
  values = values or {}
  return {
    symptom = id,
    text = values.text or symptom.title,
    evidence = values.evidence,
    cause = symptom.cause,
    fix = values.fix or filled(symptom.fix, values),
  }
end

return symptoms
