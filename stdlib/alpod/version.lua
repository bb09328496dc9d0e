--- Compares versions as apk does: numbers between dots, a letter, suffixes (`_rc1`, `_p2`), a commit, and `-rN`.
local version = {}

-- Where two versions go on differently, the one whose part comes first here is the later one.
local ranks = {
  first = 0, number = 1, letter = 2, suffix = 3, suffix_number = 4, commit = 5, release = 6, ["end"] = 7, malformed = 8,
}

local suffixes = { alpha = 1, beta = 2, pre = 3, rc = 4, cvs = 5, svn = 6, git = 7, hg = 8, p = 9 }
local last_early = suffixes.rc

local function digits(kind, text, place)
  local word = text:match("^%d+", place)
  if not word then
    return { kind = "malformed" }, place
  end
  return { kind = kind, number = tonumber(word), text = word }, place + #word
end

--- The part that follows one of the kind `last`.
local function part(text, place, last)
  local sign, rank = text:sub(place, place), ranks[last]
  if sign == "" then
    return { kind = "end" }, place
  elseif sign:match("^%l$") and rank <= ranks.number then
    return { kind = "letter", number = sign:byte() }, place + 1
  elseif sign == "." and rank <= ranks.number then
    return digits("number", text, place + 1)
  elseif sign:match("^%d$") and last == "suffix" then
    return digits("suffix_number", text, place)
  elseif sign == "_" and rank <= ranks.suffix_number then
    local word = text:match("^%l*", place + 1)
    local age = suffixes[word]
    if not age then
      return { kind = "malformed" }, place
    end
    return { kind = "suffix", number = age }, place + 1 + #word
  elseif sign == "~" and rank < ranks.commit then
    local word = text:match("^%x*", place + 1)
    return { kind = word == "" and "malformed" or "commit", text = word }, place + 1 + #word
  elseif text:sub(place, place + 1) == "-r" and rank < ranks.release then
    return digits("release", text, place + 2)
  end
  return { kind = "malformed" }, place
end

local function parts(text)
  local found = {}
  local one, place = digits("first", text, 1)
  while true do
    found[#found + 1] = one
    if one.kind == "end" or one.kind == "malformed" then
      return found
    end
    one, place = part(text, place, one.kind)
  end
end

local function is_early(one)
  return one.kind == "suffix" and one.number <= last_early
end

--- Commits, and numbers with a zero in front, are compared as text.
local function is_text(one)
  return one.kind == "commit" or one.kind == "number" and one.text:sub(1, 1) == "0"
end

--- Says which of two versions is the later one.
---@param one string "5.2.5-r0"
---@param other string
---@return integer -1 when `one` is the earlier, 1 when it is the later one, 0 when apk counts both as the same
function version.compare(one, other)
  local mine, theirs = parts(one), parts(other)
  for index = 1, math.min(#mine, #theirs) do
    local a, b = mine[index], theirs[index]
    if a.kind ~= b.kind then
      if is_early(a) then
        return -1
      elseif is_early(b) then
        return 1
      end
      return ranks[b.kind] < ranks[a.kind] and -1 or 1
    end
    local x, y = a.number, b.number
    if is_text(a) or is_text(b) then
      x, y = a.text, b.text
    end
    if x ~= y then
      return x < y and -1 or 1
    end
  end
  return 0
end

--- Whether a version is another one or a later one.
---@param one string "5.2.5-r0"
---@param other string "5", "4.3"
---@return boolean
function version.at_least(one, other)
  -- "5" is any version of 5: what follows does not make it an earlier one.
  return version.compare(one, other) >= 0
end

return version
