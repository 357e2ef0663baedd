// Lets silenceper/wechat do what a backend does.
package main

import (
	"errors"
	"os"

	"github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/miniprogram/business"
	"github.com/silenceper/wechat/v2/miniprogram/config"
	account "github.com/silenceper/wechat/v2/officialaccount/config"

	"mockwx/drivers/phone"
)

func main() {
	app := wechat.NewWechat().GetMiniProgram(&config.Config{
		AppID: phone.AppID, AppSecret: phone.Secret, Cache: cache.NewMemory(),
	})

	code := phone.LoginCode()
	session, err := app.GetAuth().Code2Session(code)
	phone.Check(err)
	_, refused := app.GetAuth().Code2Session(code)
	if refused == nil {
		phone.Check(errors.New("a code was good twice"))
	}
	token, err := app.GetContext().GetAccessToken()
	phone.Check(err)
	request := &business.GetPhoneNumberRequest{Code: phone.PhoneCode()}
	number, err := app.GetBusiness().GetPhoneNumber(request)
	phone.Check(err)
	sealed := phone.Profile()
	opened, err := app.GetEncryptor().Decrypt(session.SessionKey, sealed.EncryptedData, sealed.IV)
	phone.Check(err)

	flows := map[string]phone.Facts{
		"login":   {"openid": session.OpenID, "session_key": session.SessionKey},
		"error":   {"text": refused.Error()},
		"token":   {"access_token": token},
		"phone":   {"phoneNumber": number.PhoneNumber},
		"decrypt": {"nickName": opened.NickName, "appid": opened.Watermark.AppID},
	}
	// No setting of the SDK leads a browser to another page.
	if os.Getenv("WECHAT_API") == "" {
		flows["web"] = web()
	}
	phone.Tell(flows)
}

func web() phone.Facts {
	site := wechat.NewWechat().GetOfficialAccount(&account.Config{
		AppID: phone.AppID, AppSecret: phone.Secret, Cache: cache.NewMemory(),
	}).GetOauth()
	page, err := site.GetRedirectURL("https://shop.example.com/back", "snsapi_userinfo", "7")
	phone.Check(err)
	granted, err := site.GetUserAccessToken(phone.Allow(page))
	phone.Check(err)
	person, err := site.GetUserInfo(granted.AccessToken, granted.OpenID, "")
	phone.Check(err)
	return phone.Facts{"openid": person.OpenID, "nickName": person.Nickname}
}
