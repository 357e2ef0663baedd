-- wrk: one code of a file after the other, each a login of its own.
-- wrk -s exchange.lua URL -- CODES
local codes, place = {}, 0
local app = "appid=wx6d6f636b77780001&secret=6d6f636b77786d6f636b77786d6f636b"

function init(arguments)
  for line in io.lines(arguments[1]) do codes[#codes + 1] = line end
end

function request()
  -- When the file is used up, it begins again; who reads the count knows.
  place = place % #codes + 1
  local query = app .. "&js_code=" .. codes[place] .. "&grant_type=authorization_code"
  return wrk.format("GET", "/sns/jscode2session?" .. query)
end
