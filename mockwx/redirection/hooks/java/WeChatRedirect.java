package java.net;

import java.util.Locale;
import java.util.Set;

/**
 * Where WeChat's hosts lead. It lives in java.net because what asks it does, and Java's own
 * classes see no others.
 */
public final class WeChatRedirect {
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private static volatile Set<String> hosts;
  private static volatile byte[] mock;
  private static volatile int httpsPort;
  private static volatile int httpPort;

  private WeChatRedirect() {}

  /** Lead these hosts to the mock; nothing asks before that. */
  public static void lead(Set<String> names, byte[] address, int https, int http) {
    mock = address;
    httpsPort = https;
    httpPort = http;
    hosts = names;
  }

  /** Tell whether a name is one of WeChat's. */
  public static boolean knows(String host) {
    if (host == null) return false;
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return hosts.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Return where one of WeChat's names leads, under that name: certificates name it. */
  public static InetAddress[] resolve(String host) throws UnknownHostException {
    return new InetAddress[] {InetAddress.getByAddress(host, mock)};
  }

  /** Return what to connect to instead of this: the mock's own port, or the same. */
  public static SocketAddress target(SocketAddress asked) throws UnknownHostException {
    if (!(asked instanceof InetSocketAddress)) return asked;
    InetSocketAddress address = (InetSocketAddress) asked;
    String host = address.getHostString();
    int port = address.getPort();
    if ((port != HTTPS && port != HTTP) || !knows(host)) return asked;
    return new InetSocketAddress(resolve(host)[0], port == HTTPS ? httpsPort : httpPort);
  }
}
