-- wrk: the phone number behind one code of a file after the other.
-- wrk -s number.lua URL -- CODES ACCESS_TOKEN
local codes, place, path = {}, 0, nil
local headers = { ["Content-Type"] = "application/json" }

function init(arguments)
  for line in io.lines(arguments[1]) do codes[#codes + 1] = line end
  path = "/wxa/business/getuserphonenumber?access_token=" .. arguments[2]
end

function request()
  -- When the file is used up, it begins again; who reads the count knows.
  place = place % #codes + 1
  return wrk.format("POST", path, headers, '{"code":"' .. codes[place] .. '"}')
end
