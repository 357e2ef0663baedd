-- wrk: a wx call of one person's phone after the other; its codes are added to a file.
-- wrk -s phones.lua URL -- CODES PEOPLE login|getPhoneNumber
local place, people, call, out = 0, 1, nil, nil
local headers = { ["Content-Type"] = "application/json" }

function init(arguments)
  out = io.open(arguments[1], "a")
  people, call = tonumber(arguments[2]), arguments[3]
end

function request()
  place = place % people + 1
  local body = '{"user":"p' .. place .. '"}'
  return wrk.format("POST", "/_mockwx/api/wx/" .. call, headers, body)
end

function response(status, _, body)
  local code = body:match('"code":"(%w+)"')
  if code then out:write(code, "\n") end
end
