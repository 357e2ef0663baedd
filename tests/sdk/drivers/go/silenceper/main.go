// Lets silenceper/wechat do what a backend does.
package main

import (
	"errors"

	"github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/miniprogram/business"
	"github.com/silenceper/wechat/v2/miniprogram/config"

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

	phone.Tell(map[string]phone.Facts{
		"login":   {"openid": session.OpenID, "session_key": session.SessionKey},
		"error":   {"text": refused.Error()},
		"token":   {"access_token": token},
		"phone":   {"phoneNumber": number.PhoneNumber},
		"decrypt": {"nickName": opened.NickName, "appid": opened.Watermark.AppID},
	})
}
