// Does with one of Go's HTTP clients what a backend without an SDK does.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"mockwx/drivers/phone"
)

const api = "https://api.weixin.qq.com"

var clients = map[string]*http.Client{
	"default":       http.DefaultClient,
	"own transport": {Transport: &http.Transport{}},
}

type answer struct {
	ErrCode     int    `json:"errcode"`
	OpenID      string `json:"openid"`
	SessionKey  string `json:"session_key"`
	AccessToken string `json:"access_token"`
	PhoneInfo   struct {
		PhoneNumber string `json:"phoneNumber"`
	} `json:"phone_info"`
}

// It takes a client's name, and maybe a URL that is asked instead of WeChat.
func main() {
	client := clients[os.Args[1]]
	if len(os.Args) > 2 {
		fmt.Println(string(read(client.Get(os.Args[2]))))
		return
	}
	play(client)
}

func play(client *http.Client) {
	app := url.Values{"appid": {phone.AppID}, "secret": {phone.Secret}}
	login := with(app, "js_code", phone.LoginCode(), "grant_type", "authorization_code")
	session := parse(client.Get(api + "/sns/jscode2session?" + login))
	refused := parse(client.Get(api + "/sns/jscode2session?" + login))
	fetch := with(app, "grant_type", "client_credential")
	token := parse(client.Get(api + "/cgi-bin/token?" + fetch)).AccessToken
	tapped, err := json.Marshal(map[string]string{"code": phone.PhoneCode()})
	phone.Check(err)
	ask := api + "/wxa/business/getuserphonenumber?access_token=" + url.QueryEscape(token)
	number := parse(client.Post(ask, "application/json", bytes.NewReader(tapped)))

	phone.Tell(map[string]phone.Facts{
		"login": {"openid": session.OpenID, "session_key": session.SessionKey},
		"error": {"errcode": fmt.Sprint(refused.ErrCode)},
		"token": {"access_token": token},
		"phone": {"phoneNumber": number.PhoneInfo.PhoneNumber},
	})
}

func with(app url.Values, pairs ...string) string {
	query := url.Values{}
	for name, values := range app {
		query[name] = values
	}
	for i := 0; i < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	return query.Encode()
}

func parse(got *http.Response, err error) (answered answer) {
	phone.Check(json.Unmarshal(read(got, err), &answered))
	return answered
}

func read(got *http.Response, err error) []byte {
	phone.Check(err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	phone.Check(err)
	return body
}
