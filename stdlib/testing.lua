--- The words of test files: describe, it, before, example, machine, plan, run, check, expect. It is loaded into a test's
--- script before the test file; what they do is done by alpod itself, which `channel` asks.

local channel
local tests, group, hooks = {}, {}, {}
--- The test that runs; nil while the file is read.
local running
--- What was refused; `looked` says whether somebody has looked at it.
local refused = {}

local Machine, Plan, Run, Report = {}, {}, {}, {}
local titles = { [Machine] = "a machine", [Plan] = "a plan", [Run] = "a run", [Report] = "a report" }

local function class(value)
  return type(value) == "table" and getmetatable(value) or nil
end

local function describe_type(value)
  return titles[class(value)] or (value == nil and "nothing") or "a " .. type(value)
end

-- What a test file says of itself ---------------------------------------------------------------------------------------

function describe(name, body)
  if type(name) ~= "string" or type(body) ~= "function" then
    channel.misuse("describe takes a name and a function")
  elseif running then
    channel.misuse("describe stands outside of it")
  end
  local outer = hooks
  group[#group + 1] = name
  hooks = { table.unpack(hooks) }
  body()
  hooks = outer
  group[#group] = nil
end

function it(name, body)
  if type(name) ~= "string" or type(body) ~= "function" then
    channel.misuse("it takes a name and a function")
  elseif running then
    channel.misuse("it stands outside of another it")
  end
  local path = { table.unpack(group) }
  path[#path + 1] = name
  channel.declare(path)
  tests[#tests + 1] = { body = body, hooks = hooks }
end

--- Called before each test of the describe that it stands in.
function before(body)
  if type(body) ~= "function" or running then
    channel.misuse("before takes a function, and stands in describe")
  end
  hooks = { table.unpack(hooks) }
  hooks[#hooks + 1] = body
end

--- Option values that the plugin is held against its properties with.
--- @param where table|nil { on = machines that it is tried on, except = machines that refuse it }, and what is laid over
--- each machine: files, packages and the other fields of `machine`
function example(settings, where)
  if running then
    channel.misuse("example stands outside of it")
  end
  channel.example(settings or {}, where or {})
end

-- Machines and what becomes of them --------------------------------------------------------------------------------------

function machine(shape)
  return setmetatable({ number = channel.machine(shape or {}) }, Machine)
end

--- [plugin], [settings], [machine], in any order that their types tell apart.
local function request(word, ...)
  local asked = {}
  for index = 1, select("#", ...) do
    local value = select(index, ...)
    local field
    if type(value) == "string" then
      field = "plugin"
    elseif class(value) == Machine then
      field, value = "machine", value.number
    elseif class(value) == Run then
      value.looked = true
      if value.refusal then
        channel.fail({ text = "the run was refused: " .. value.refusal.text, hint = value.refusal.hint, refusal = value.refusal.number })
      end
      field, value = "machine", value.machine.number
    elseif type(value) == "table" and not class(value) then
      field = "settings"
    elseif value ~= nil then
      channel.misuse(("%s takes the name of a plugin, a table of settings and a machine, not %s"):format(word, describe_type(value)))
    end
    if field and asked[field] ~= nil then
      channel.misuse(("%s was given %s twice"):format(word, field == "settings" and "settings" or "a " .. field))
    elseif field then
      asked[field] = value
    end
  end
  return asked
end

local function note(result)
  if result.refusal then
    refused[#refused + 1] = result
  end
  return result
end

function plan(...)
  return note(setmetatable(channel.plan(request("plan", ...)), Plan))
end

function run(...)
  local result = channel.run(request("run", ...))
  if result.machine then
    result.machine = setmetatable({ number = result.machine }, Machine)
  end
  result.report = setmetatable({ checks = result.checks or {} }, Report)
  return note(setmetatable(result, Run))
end

function check(...)
  return note(setmetatable(channel.check(request("check", ...)), Report))
end

-- Expectations -----------------------------------------------------------------------------------------------------------

local function list(items, none)
  return #items == 0 and (none or "nothing") or table.concat(items, ", ")
end

--- A pattern of Lua, or a plain part of the text.
local function holds(text, wanted)
  return text:find(wanted, 1, true) ~= nil or text:find(wanted) ~= nil
end

local function text_of(value)
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

local function each(plan, field)
  local found = {}
  for _, change in ipairs(plan.changes) do
    if change[field] ~= nil then
      found[#found + 1] = change[field]
    end
  end
  return found
end

local function named(plan, field, verb, names)
  local found = each(plan, field)
  local have = {}
  for _, name in ipairs(found) do
    have[name] = true
  end
  for _, name in ipairs(names) do
    if not have[name] then
      return false, ("to %s %s"):format(verb, name), ("it would %s %s"):format(verb, list(found))
    end
  end
  return true, ("to %s %s"):format(verb, table.concat(names, ", "))
end

local function packages(plan, field)
  local names, have = {}, {}
  for _, change in ipairs(plan.changes) do
    for _, name in ipairs(change[field] or {}) do
      names[#names + 1] = name
      have[name] = true
    end
  end
  return names, have
end

local function file(plan, path)
  local found
  for _, change in ipairs(plan.changes) do
    for _, place in ipairs(change.files or {}) do
      if place.path == path then
        found = place
      end
    end
  end
  return found
end

local function paths(plan)
  local found = {}
  for _, change in ipairs(plan.changes) do
    for _, place in ipairs(change.files or {}) do
      found[#found + 1] = place.path
    end
  end
  return found
end

local function package_matcher(field, verb)
  return function(plan, ...)
    local names, have = packages(plan, field)
    for _, name in ipairs({ ... }) do
      if not have[name] then
        return false, ("to %s the package %s"):format(verb, name), ("it would %s %s"):format(verb, list(names, "none"))
      end
    end
    return true, ("to %s %s"):format(verb, table.concat({ ... }, ", "))
  end
end

local function name_matcher(field, verb)
  return function(plan, ...)
    return named(plan, field, verb, { ... })
  end
end

local plans = {
  adds = package_matcher("packages", "install"),
  removes = package_matcher("removed", "remove"),
  starts = name_matcher("starts", "start the service"),
  reloads = name_matcher("reloads", "have reloaded the service"),
  loads = name_matcher("loads", "load the kernel module"),
  shares = name_matcher("shares", "share the mount"),
  grants = name_matcher("grants", "grant subordinate ids to"),
  creates_user = name_matcher("user", "create the user"),
  runs = name_matcher("container", "run the container"),
  builds = name_matcher("image", "build the image"),
}

function plans.enables(plan, service, runlevel)
  local found = {}
  for _, change in ipairs(plan.changes) do
    if change.enables then
      found[#found + 1] = change.enables .. " in " .. change.runlevel
      if change.enables == service and (runlevel == nil or change.runlevel == runlevel) then
        return true, "to start " .. service .. " at boot"
      end
    end
  end
  return false, ("to start %s at boot%s"):format(service, runlevel and " (runlevel " .. runlevel .. ")" or ""),
    "it would enable " .. list(found)
end

function plans.sets(plan, key, value)
  for _, change in ipairs(plan.changes) do
    if change.setting == key and (value == nil or change.value == tostring(value)) then
      return true, "to set " .. key
    end
  end
  return false, ("to set %s%s"):format(key, value ~= nil and " to " .. tostring(value) or ""), "it would set " .. list(each(plan, "setting"))
end

--- @param content string that the file will hold somewhere; or { exactly = …, matches = …, mode = …, owner = … }
function plans.writes(plan, path, content)
  local place = file(plan, path)
  local what = "to write " .. path
  if not place or place.kind ~= "file" then
    return false, what, "it would change " .. list(paths(plan), "no file")
  end
  local wanted = type(content) == "table" and content or { holds = content }
  for _, field in ipairs({ "mode", "owner", "group" }) do
    if wanted[field] ~= nil and place[field] ~= wanted[field] then
      return false, ("to write %s with %s %s"):format(path, field, text_of(wanted[field])), "that is " .. text_of(place[field])
    end
  end
  if wanted.exactly and place.content ~= wanted.exactly then
    return false, what .. " exactly as said", nil, wanted.exactly, place.content
  elseif wanted.holds and not place.content:find(wanted.holds, 1, true) then
    return false, ("%s with %s in it"):format(what, text_of(wanted.holds)), nil, nil, place.content
  elseif wanted.matches and not place.content:find(wanted.matches) then
    return false, ("%s with what matches %s in it"):format(what, text_of(wanted.matches)), nil, nil, place.content
  end
  return true, what
end

local function place_matcher(kind, verb)
  return function(plan, path, target)
    local place = file(plan, path)
    local is_so = place ~= nil and place.kind == kind and (target == nil or place.target == target)
    return is_so, ("to %s %s%s"):format(verb, path, target and " to " .. target or ""), "it would change " .. list(paths(plan), "no file")
  end
end

plans.links = place_matcher("link", "link")
plans.makes = place_matcher("directory", "make the directory")
plans.deletes = place_matcher("absent", "delete")

--- @param what integer|string|nil how many changes, or what one of them says
function plans.changes(plan, what)
  if type(what) == "number" then
    return #plan.changes == what, ("to make %d changes"):format(what), ("it would make %d"):format(#plan.changes)
  end
  for _, change in ipairs(plan.changes) do
    if what == nil or change.target == what or holds(change.summary, what) then
      return true, "to change " .. (what and text_of(what) or "something")
    end
  end
  return false, "to change " .. (what and text_of(what) or "something"), "no change says so"
end

function plans.is_empty(plan)
  return #plan.changes == 0 and #plan.waiting == 0, "to change nothing", ("it would make %d changes"):format(#plan.changes)
end

--- What holds from the next boot on, or is for somebody else to do.
function plans.notes(plan, pattern)
  for _, text in ipairs(plan.notes) do
    if holds(text, pattern) then
      return true, "to note " .. text_of(pattern)
    end
  end
  return false, "to note " .. text_of(pattern), "it notes " .. list(plan.notes)
end

local reports = {}

local function reported(report, outcome, pattern)
  local found = {}
  for _, entry in ipairs(report.checks) do
    if entry.status == outcome then
      found[#found + 1] = text_of(entry.text)
      if pattern == nil or holds(entry.text, pattern) then
        return true, found
      end
    end
  end
  return false, found
end

local function outcome_matcher(outcome, title)
  return function(report, pattern)
    local is_so, found = reported(report, outcome, pattern)
    return is_so, ("to say %s%s"):format(title, pattern and " " .. text_of(pattern) or ""), "it says so of " .. list(found)
  end
end

reports.fails = outcome_matcher("failed", "that something failed:")
reports.notes = outcome_matcher("note", "as a note")
reports.says = outcome_matcher("ok", "that it is so:")
reports.waits = outcome_matcher("later", "that it will be so after a boot:")

function reports.is_ok(report)
  local is_bad, found = reported(report, "failed")
  return not is_bad, "to find all well", "it fails with " .. list(found)
end

local runs = {}

for name, matcher in pairs(plans) do
  runs[name] = matcher
end

function runs.is_ok(run)
  return reports.is_ok(run.report)
end

local values = {}

function values.equals(value, wanted)
  return channel.same(value, wanted), "to be what was said", value == nil and "it is nil" or nil, wanted, value
end

function values.matches(value, pattern)
  return type(value) == "string" and value:find(pattern) ~= nil, "to match " .. text_of(pattern), "it is " .. text_of(value)
end

function values.contains(value, wanted)
  if type(value) == "table" then
    for _, item in pairs(value) do
      if item == wanted then
        return true, "to contain " .. text_of(wanted)
      end
    end
    return false, "to contain " .. text_of(wanted), nil, nil, value
  end
  return type(value) == "string" and value:find(wanted, 1, true) ~= nil, "to contain " .. text_of(wanted), "it is " .. text_of(value)
end

for name, wanted in pairs({ is_true = true, is_false = false }) do
  values[name] = function(value)
    return value == wanted, "to be " .. tostring(wanted), "it is " .. text_of(value)
  end
end

function values.is_nil(value)
  return value == nil, "to be nil", "it is " .. text_of(value)
end

--- Whether it was refused, and with what; for plans, runs and reports.
local function refuses(subject, pattern)
  local refusal = subject.refusal
  local what = "to be refused" .. (pattern and " with " .. text_of(pattern) or "")
  if not refusal then
    return false, what, "it was not refused"
  end
  return pattern == nil or holds(refusal.text, pattern), what, "it was refused with " .. text_of(refusal.text)
end

local kinds = {
  [Plan] = { title = "the plan", matchers = plans },
  [Run] = { title = "the run", matchers = runs },
  [Report] = { title = "the check", matchers = reports },
}
local plain = { title = "the value", matchers = values }

local Expectation = {}

function Expectation.__index(self, name)
  if name == "never" then
    local state = rawget(self, "state")
    return setmetatable({ state = { subject = state.subject, kind = state.kind, inverted = not state.inverted } }, Expectation)
  end
  local state = rawget(self, "state")
  local matcher = name == "refuses" and state.kind ~= plain and refuses or state.kind.matchers[name]
  if not matcher then
    local known = { "never" }
    for other in pairs(state.kind.matchers) do
      known[#known + 1] = other
    end
    if state.kind ~= plain then
      known[#known + 1] = "refuses"
    end
    channel.unknown({ word = tostring(name), title = state.kind.title, known = known })
  end
  return function(given, ...)
    if class(given) ~= Expectation then
      channel.misuse(("call it with a colon: expect(…):%s(…)"):format(tostring(name)))
    end
    local subject = state.subject
    if state.kind ~= plain then
      subject.looked = true
    end
    if state.kind ~= plain and subject.refusal and matcher ~= refuses then
      channel.fail({
        text = ("%s was refused: %s"):format(state.kind.title, subject.refusal.text),
        hint = subject.refusal.hint, cause = subject.refusal.place,
      })
    end
    local is_so, what, found, expected, actual = matcher(subject, ...)
    if is_so == state.inverted then
      local text = ("expected %s %s%s"):format(state.kind.title, state.inverted and "not " or "", what)
      if found and not state.inverted then
        text = text .. "; " .. found
      end
      channel.fail({
        text = text,
        expected = not state.inverted and expected or nil,
        actual = not state.inverted and actual or nil,
        plan = class(subject) == Plan and subject.number or nil,
      })
    end
    return setmetatable({ state = { subject = subject, kind = state.kind, inverted = false } }, Expectation)
  end
end

function expect(subject, ...)
  if select("#", ...) > 0 then
    channel.misuse("expect takes one value")
  end
  if not running then
    channel.misuse("expect stands in it")
  end
  local key = subject
  if class(subject) == Run and subject.plan then
    subject.changes, subject.notes, subject.waiting = subject.plan.changes, subject.plan.notes, subject.plan.waiting
  end
  return setmetatable({ state = { subject = key, kind = kinds[class(subject)] or plain, inverted = false } }, Expectation)
end

-- What alpod calls -------------------------------------------------------------------------------------------------------

return {
  collect = function(given)
    channel = given
    require("test file")
  end,

  run = function(given, index)
    channel = given
    local test = tests[index]
    running = test
    for _, hook in ipairs(test.hooks) do
      hook()
    end
    test.body()
    for _, result in ipairs(refused) do
      if not result.looked then
        channel.fail({
          text = "it was refused, and the test did not look at that: " .. result.refusal.text,
          hint = result.refusal.hint, cause = result.refusal.place, refusal = result.refusal.number,
        })
      end
    end
  end,
}
