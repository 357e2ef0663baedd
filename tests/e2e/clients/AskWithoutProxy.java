import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channels;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Asks one URL in every way that Java has to connect, none of which heeds a proxy. */
class AskWithoutProxy {
  private static URI uri;

  public static void main(String[] arguments) throws Exception {
    uri = URI.create(arguments[0]);
    say(uri.toURL().openConnection(Proxy.NO_PROXY).getInputStream());
    HttpClient client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build();
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    say(client.send(request, BodyHandlers.ofInputStream()).body());
    askBySocket();
    askByChannel();
  }

  /** Connects, speaks TLS and lets it compare the name, as SDKs of old do. */
  private static void askBySocket() throws IOException {
    try (SSLSocket socket = (SSLSocket) SSLSocketFactory.getDefault().createSocket()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.connect(new InetSocketAddress(uri.getHost(), 443));
      ask(socket.getInputStream(), socket.getOutputStream());
    }
  }

  /** Asks by HTTP, on port 80. */
  private static void askByChannel() throws Exception {
    try (AsynchronousSocketChannel channel = AsynchronousSocketChannel.open()) {
      channel.connect(new InetSocketAddress(uri.getHost(), 80)).get();
      ask(Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }
  }

  private static void ask(InputStream answer, OutputStream question) throws IOException {
    String lines = "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n";
    question.write(String.format(lines, uri.getPath(), uri.getHost()).getBytes());
    question.flush();
    String all = new String(answer.readAllBytes());
    System.out.println(all.substring(all.indexOf("\r\n\r\n") + 4));
  }

  private static void say(InputStream answer) throws IOException {
    System.out.println(new String(answer.readAllBytes()));
  }
}
