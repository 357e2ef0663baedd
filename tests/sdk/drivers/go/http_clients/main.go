// Exchanges a code with one of Go's HTTP clients, as a backend without an SDK.
package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"

	"mockwx/drivers/phone"
)

const login = "https://api.weixin.qq.com/sns/jscode2session?"

var clients = map[string]*http.Client{
	"default":       http.DefaultClient,
	"own transport": {Transport: &http.Transport{}},
}

func main() {
	query := url.Values{
		"appid":      {phone.AppID},
		"secret":     {phone.Secret},
		"js_code":    {phone.LoginCode()},
		"grant_type": {"authorization_code"},
	}
	got, err := clients[os.Args[1]].Get(login + query.Encode())
	phone.Check(err)
	var answer struct {
		OpenID     string `json:"openid"`
		SessionKey string `json:"session_key"`
	}
	phone.Check(json.NewDecoder(got.Body).Decode(&answer))
	phone.Tell(map[string]phone.Facts{
		"login": {"openid": answer.OpenID, "session_key": answer.SessionKey},
	})
}
