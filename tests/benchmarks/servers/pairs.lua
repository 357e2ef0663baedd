-- wrk: whole logins, wx.login and the exchange of its code; of so many people anybody's,
-- or each person's after another's from a number on.
-- wrk -s pairs.lua URL -- PEOPLE [FROM]; prints how many exchanges were answered otherwise.
local app = "appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"
local headers = { ["Content-Type"] = "application/json" }
local codes, place, people, threads = {}, nil, 1, {}
wrong, exchanged = 0, 0

function setup(thread) threads[#threads + 1] = thread end

function init(arguments)
  people, place = tonumber(arguments[1]), tonumber(arguments[2] or "")
end

function request()
  local code = table.remove(codes)
  if code then
    local query = app .. "&js_code=" .. code .. "&grant_type=authorization_code"
    return wrk.format("GET", "/sns/jscode2session?" .. query)
  end
  local number = place or math.random(0, people - 1)
  if place then place = (place + 1) % people end
  local body = string.format('{"user":"person %07d"}', number)
  return wrk.format("POST", "/_mockwx/api/wx/login", headers, body)
end

function response(status, _, body)
  local code = body:match('"code":"(%w+)"')
  if code then
    codes[#codes + 1] = code
  elseif body:find('"openid"', 1, true) then
    exchanged = exchanged + 1
  else
    wrong = wrong + 1
  end
end

function done()
  for _, thread in ipairs(threads) do
    print("Exchanged: " .. thread:get("exchanged"))
    print("Wrong: " .. thread:get("wrong"))
  end
end
