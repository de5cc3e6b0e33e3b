-- Hands what an Orthanc receives to the harvester. In Orthanc's configuration:
--
--   "LuaScripts" : [ "/etc/orthanc/harvester-settings.lua", "/path/to/orthanc.lua" ]
--
-- where harvester-settings.lua (optional, read first) sets some of the settings below in a table of its own:
--
--   harvester_settings = { delete_imported = true, keep_physics = {'*physics*', 'QC*'} }
--
-- Patterns are compared with whole values, without regard to case; * stands for any characters, ? for one. Objects
-- leave Orthanc as files for the hand-over folder (see handover.sh); one command writes them to disk, another starts an
-- import that Orthanc does not wait for. Only Orthanc's own identifiers (hashes) and the settings stand in commands. If
-- the harvester is down the files wait in the folder.

local settings = {
  hook = '/usr/local/lib/pacs-harvester/third-party/hook.sh',
  handover = '/var/lib/harvester-handover',
  harvester = 'harvester',  -- the program, and its site file if it is not where the program looks by itself
  config = nil,
  start_import = true,      -- false: the files are only put into the folder; `hook.sh --sweep` or a watch takes them

  on_stored = true,         -- each object as soon as it is stored
  on_stable = true,         -- a study when nothing has come for StableAge seconds; with on_stored: what failed before

  -- What happens in Orthanc to objects once they are safe in the folder. Set it only in an Orthanc that is nothing but
  -- a receiver for the harvester: what is deleted is gone.
  delete_imported = false,
  delete_ignored = false,

  -- Studies of phantoms: name or id of the patient. They are never deleted from Orthanc.
  keep_physics = {},
  import_physics = true,

  -- What is not imported.
  ignore_manufacturers = {},
  ignore_models = {},
  ignore_station_names = {},
  ignore_software_versions = {},
  ignore_device_serial_numbers = {},

  accept_modalities = {},   -- if not empty: other objects are not even stored, e.g. {'SR', 'MG', 'DX', 'CR'}
}

for name, value in pairs(harvester_settings or {}) do settings[name] = value end

local mark = '4217'  -- user-defined metadata of an instance that has been dealt with
local most_at_once = 50
local written = 0    -- files so far, so that no two have one name
local seen = 0       -- number of the last of Orthanc's changes that was looked at
-- Objects that were dealt with before Orthanc told of them, and how often it is still to do so: they may be gone, and
-- Orthanc logs an error when it is asked for what is not there.
local early = {}

-- ── deciding ──

local function matches(value, pattern)
  local magic = pattern:lower():gsub('%W', '%%%0'):gsub('%%%*', '.*'):gsub('%%%?', '.')
  return value:lower():match('^' .. magic .. '$') ~= nil
end

-- A value of several parts matches as a whole or with one of them.
local function matches_any(value, patterns)
  if type(value) ~= 'string' then return false end
  local parts = { value }
  for part in value:gmatch('[^\\]+') do parts[#parts + 1] = part:match('^%s*(.-)%s*$') end
  for _, pattern in ipairs(patterns) do
    for _, part in ipairs(parts) do
      if matches(part, pattern) then return true end
    end
  end
  return false
end

local function is_physics(tags)
  return matches_any(tags.PatientName, settings.keep_physics) or matches_any(tags.PatientID, settings.keep_physics)
end

local function is_ignored(tags)
  return matches_any(tags.Manufacturer, settings.ignore_manufacturers)
    or matches_any(tags.ManufacturerModelName, settings.ignore_models)
    or matches_any(tags.StationName, settings.ignore_station_names)
    or matches_any(tags.SoftwareVersions, settings.ignore_software_versions)
    or matches_any(tags.DeviceSerialNumber, settings.ignore_device_serial_numbers)
end

-- Whether an object is imported, and whether it is deleted then.
local function decide(tags)
  if is_physics(tags) then return settings.import_physics, false end
  if is_ignored(tags) then return false, settings.delete_ignored end
  return true, settings.delete_imported
end

-- ── doing ──

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function run(command)
  local done = os.execute(command)
  return done == true or done == 0  -- Lua 5.2 and later, and before
end

-- What Orthanc answers, or nil.
local function get(path)
  local answer = RestApiGet(path)
  return type(answer) == 'string' and ParseJson(answer) or nil
end

-- The path of a new file with the object's bytes, or nil.
local function write_file(id)
  local bytes = RestApiGet('/instances/' .. id .. '/file')
  if type(bytes) ~= 'string' then return nil end
  written = written + 1
  local path = string.format('%s/incoming/%s.%d.%d.dcm', settings.handover, id, os.time(), written)
  local file = io.open(path, 'wb')
  if not file then return nil end
  local ok = file:write(bytes)
  ok = file:close() and ok
  if not ok then os.remove(path) end
  return ok and path or nil
end

local function import_command()
  local words = 'HARVESTER_HANDOVER=' .. quoted(settings.handover) .. ' HARVESTER=' .. quoted(settings.harvester)
  if settings.config then words = words .. ' HARVESTER_CONFIG=' .. quoted(settings.config) end
  return words .. ' ' .. quoted(settings.hook) .. ' --sweep </dev/null >/dev/null 2>&1 &'
end

-- Puts files onto the disk, then all at once under the eyes of the importer.
local function make_ready(paths)
  local names, ready = {}, quoted(settings.handover .. '/ready')
  for n, path in ipairs(paths) do names[n] = quoted(path) end
  local list = table.concat(names, ' ')
  return run('sync ' .. list .. ' && mv ' .. list .. ' ' .. ready .. '/ && sync ' .. ready)
end

local function finish(id, delete)
  if delete then
    RestApiDelete('/instances/' .. id)
  else
    RestApiPut('/instances/' .. id .. '/metadata/' .. mark, 'harvester')
  end
end

local function hand_over(chosen)
  if #chosen == 0 then return end
  local paths, safe = {}, {}
  for _, each in ipairs(chosen) do
    local path = write_file(each.id)
    if path then
      paths[#paths + 1] = path
      safe[#safe + 1] = each
    end
  end
  if #paths > 0 and not make_ready(paths) then
    for _, path in ipairs(paths) do os.remove(path) end
    safe = {}
  end
  if #safe < #chosen then
    print('harvester: ' .. #chosen - #safe .. ' objects stay in Orthanc, they could not be written to the folder')
  end
  for _, each in ipairs(safe) do finish(each.id, each.delete) end
end

local function deal_with(ids)
  if #ids == 0 then return end
  local chosen = {}
  for _, id in ipairs(ids) do
    local tags = get('/instances/' .. id .. '/simplified-tags')
    local import, delete = decide(tags or {})
    if tags and import then
      chosen[#chosen + 1] = { id = id, delete = delete }
    elseif tags then
      finish(id, delete)
    end
    if #chosen == most_at_once then
      hand_over(chosen)
      chosen = {}
    end
  end
  hand_over(chosen)
  if settings.start_import then run(import_command()) end
end

-- Whether an object is still there, and not dealt with.
local function is_open(id)
  local names = get('/instances/' .. id .. '/metadata')
  for _, name in ipairs(names or {}) do
    if name == mark then return false end
  end
  return names ~= nil
end

local function only_open(ids)
  local open = {}
  for _, id in ipairs(ids) do
    if is_open(id) then open[#open + 1] = id end
  end
  return open
end

-- Objects that have come in the meantime: one command for many is what keeps up with a fast sender.
local function also_new()
  local answer = get(string.format('/changes?limit=%d&since=%d', most_at_once, seen)) or {}
  seen = answer.Last or seen
  local ids = {}
  for _, change in ipairs(answer.Changes or {}) do
    if change.ChangeType == 'NewInstance' then ids[#ids + 1] = change.ID end
  end
  return ids
end

local function deal_with_new(id)
  local ids = { id }
  for _, other in ipairs(only_open(also_new())) do
    if other ~= id then
      ids[#ids + 1] = other
      early[other] = (early[other] or 0) + 1
    end
  end
  deal_with(ids)
end

-- ── what Orthanc calls ──

if #settings.accept_modalities > 0 then
  function ReceivedInstanceFilter(dicom)
    return matches_any(dicom.Modality, settings.accept_modalities)
  end
end

-- What was stored and not dealt with when Orthanc was stopped, and what still waits in the folder.
function Initialize()
  local folder = quoted(settings.handover)
  run('umask 077; mkdir -p ' .. folder .. '/incoming ' .. folder .. '/ready')
  seen = (get('/changes?last') or {}).Last or 0
  deal_with(only_open(get('/instances') or {}))
  if settings.start_import then run(import_command()) end
end

function OnStoredInstance(id)
  if early[id] then
    early[id] = early[id] > 1 and early[id] - 1 or nil
  elseif settings.on_stored and is_open(id) then
    deal_with_new(id)
  end
end

function OnStableStudy(id)
  if not settings.on_stable then return end
  for _, series in ipairs((get('/studies/' .. id) or {}).Series or {}) do
    deal_with(only_open((get('/series/' .. series) or {}).Instances or {}))
  end
end
