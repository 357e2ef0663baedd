-- wrk: wx.login for one person after the other; the codes are added to a file.
-- wrk -s login.lua URL -- CODES PEOPLE
local place, people, out = 0, 1, nil
local headers = { ["Content-Type"] = "application/json" }

function init(arguments)
  out = io.open(arguments[1], "a")
  people = tonumber(arguments[2])
end

function request()
  place = place % people + 1
  local body = '{"user":"p' .. place .. '"}'
  return wrk.format("POST", "/_mockwx/api/wx/login", headers, body)
end

function response(status, _, body)
  local code = body:match('"code":"(%w+)"')
  if code then out:write(code, "\n") end
end
