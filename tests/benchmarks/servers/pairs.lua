-- wrk: whole logins, wx.login and the exchange of its code, for one person after another.
-- wrk -s pairs.lua URL -- PEOPLE; prints how many exchanges were answered otherwise.
local app = "appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"
local headers = { ["Content-Type"] = "application/json" }
local codes, place, people, threads = {}, 0, 1, {}
wrong, exchanged = 0, 0

function setup(thread) threads[#threads + 1] = thread end

function init(arguments) people = tonumber(arguments[1]) end

function request()
  local code = table.remove(codes)
  if code then
    local query = app .. "&js_code=" .. code .. "&grant_type=authorization_code"
    return wrk.format("GET", "/sns/jscode2session?" .. query)
  end
  place = place % people + 1
  local body = '{"user":"p' .. place .. '"}'
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
