"""Why a runtime may pass us by, or not believe us, and what is to be done about it."""

from collections.abc import Mapping

from mockwx.diagnosis.finding import Said


TITLES: Mapping[str, str] = {
    "python": "Python",
    "node": "Node",
    "java": "Java",
    "go": "Go",
    "php": "PHP",
    "dotnet": ".NET",
    "ruby": "Ruby",
    "curl": "curl",
}

PASSED_BY: Mapping[str, Said] = {
    "python": Said(
        "it ran with -I, -E or -S, or resolves names by itself as aiodns does",
        "它以 -I、-E 或 -S 启动，或像 aiodns 那样自行解析域名",
    ),
    "node": Said(
        "it speaks HTTP/2 alone, or a script of it sets PATH and NODE_OPTIONS anew",
        "它只用 HTTP/2，或它的脚本重设了 PATH 和 NODE_OPTIONS",
    ),
    "java": Said(
        "it is Java 8, whose Apache custom() needs useSystemProperties(), or its "
        "client resolves names by itself as Netty can",
        "它是 Java 8，其 Apache custom() 需要 useSystemProperties()，"
        "或客户端像 Netty 那样自行解析域名",
    ),
    "go": Said(
        "its http.Transport has no Proxy, which http.ProxyFromEnvironment would be",
        "它的 http.Transport 没有 Proxy，应设为 http.ProxyFromEnvironment",
    ),
    "php": Said(
        "its code sets a proxy or a CA file of its own",
        "它的代码自行设置了代理或 CA 文件",
    ),
    "dotnet": Said(
        "its handler sets UseProxy to false, or a Proxy of its own",
        "它的 handler 把 UseProxy 设为 false，或自行设置了 Proxy",
    ),
    "ruby": Said(
        "its client was given nil, or an address of its own, for a proxy",
        "它的客户端把代理设为 nil，或另设了代理",
    ),
}
ANY_PASSED_BY = Said("its client ignores HTTPS_PROXY", "它的客户端不理会 HTTPS_PROXY")

DISBELIEVED: Mapping[str, Said] = {
    "python": Said(
        "SSL_CERT_FILE and REQUESTS_CA_BUNDLE must reach it; where its code names a "
        "CA file, give it what 'mockwx ca path --format bundle' prints",
        "它必须得到 SSL_CERT_FILE 和 REQUESTS_CA_BUNDLE；若代码指定了 CA 文件，"
        "请改用 'mockwx ca path --format bundle' 输出的文件",
    ),
    "node": Said(
        "NODE_EXTRA_CA_CERTS must reach it; where its code sets `ca`, add the file "
        "that 'mockwx ca path' prints",
        "它必须得到 NODE_EXTRA_CA_CERTS；若代码设置了 `ca`，"
        "请加上 'mockwx ca path' 输出的文件",
    ),
    "java": Said(
        "JAVA_TOOL_OPTIONS must reach it; where its code has a trust store, give it "
        "what 'mockwx ca path --format p12' prints (password changeit)",
        "它必须得到 JAVA_TOOL_OPTIONS；若代码自带信任库，请改用 "
        "'mockwx ca path --format p12' 输出的文件（密码 changeit）",
    ),
    "go": Said(
        "SSL_CERT_FILE must reach it; where its tls.Config has RootCAs, add the file "
        "that 'mockwx ca path' prints",
        "它必须得到 SSL_CERT_FILE；若 tls.Config 设置了 RootCAs，"
        "请加上 'mockwx ca path' 输出的文件",
    ),
    "php": Said(
        "where its code sets CURLOPT_CAINFO or cafile, give it what "
        "'mockwx ca path --format bundle' prints",
        "若代码设置了 CURLOPT_CAINFO 或 cafile，请改用 "
        "'mockwx ca path --format bundle' 输出的文件",
    ),
    "curl": Said(
        "leave out --cacert, or give it what 'mockwx ca path --format bundle' prints",
        "请去掉 --cacert，或改用 'mockwx ca path --format bundle' 输出的文件",
    ),
}
ANY_DISBELIEVED = Said(
    "SSL_CERT_FILE must reach it; where that does not count, give it what "
    "'mockwx ca path --format bundle' prints",
    "它必须得到 SSL_CERT_FILE；若不起作用，"
    "请给它 'mockwx ca path --format bundle' 输出的文件",
)
