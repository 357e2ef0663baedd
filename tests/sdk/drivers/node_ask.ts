// Asks WeChat from TypeScript, for what runs it as it is.
const asked: Promise<Response> = fetch("https://api.weixin.qq.com/sns/jscode2session");

asked.then((answer) => answer.text()).then((text: string) => console.log(text));
