package mockwx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends what this process asks WeChat to the mock that MOCKWX_REDIRECT names.
 *
 * <p>Loaded with -javaagent before the program, which stays as it is. Java's own classes ask
 * where WeChat's names lead, and where to connect, whichever HTTP client uses them. Whatever
 * goes wrong here, the program runs as if nobody had been here: the proxy is left.
 */
public final class Agent {
  private static final String[] ASKING = {
    "java.net.InetAddress",
    "java.net.Socket",
    "sun.nio.ch.SocketChannelImpl",
    "sun.nio.ch.AsynchronousSocketChannelImpl",
  };

  private Agent() {}

  /** Called by Java before the program's main. */
  public static void premain(String options, Instrumentation instrumentation) {
    String rules = System.getenv("MOCKWX_REDIRECT");
    // Java 8 cannot put a class beside its own ones without a word on standard output.
    if (rules == null || System.getProperty("java.specification.version").startsWith("1.")) return;
    try {
      open(instrumentation);
      lead(define(), rules);
      haveAsked(instrumentation);
    } catch (Exception | LinkageError refused) {
      System.err.println("mockwx: Java refuses the redirection, the proxy is left (" + refused + ").");
    }
  }

  /** Let us put a class into java.net, by reflection: this runs before Java 9, too. */
  private static void open(Instrumentation instrumentation) throws Exception {
    Method moduleOf = Class.class.getMethod("getModule");
    Object net = moduleOf.invoke(InetAddress.class);
    Map<String, Set<Object>> opened =
        Collections.singletonMap("java.net", Collections.singleton(moduleOf.invoke(Agent.class)));
    for (Method method : Instrumentation.class.getMethods()) {
      if (method.getName().equals("redefineModule")) {
        method.invoke(
            instrumentation,
            net,
            Collections.emptySet(),
            Collections.emptyMap(),
            opened,
            Collections.emptySet(),
            Collections.emptyMap());
      }
    }
  }

  private static Class<?> define() throws Exception {
    MethodHandles.Lookup inside =
        (MethodHandles.Lookup)
            MethodHandles.class
                .getMethod("privateLookupIn", Class.class, MethodHandles.Lookup.class)
                .invoke(null, InetAddress.class, MethodHandles.lookup());
    return (Class<?>)
        MethodHandles.Lookup.class
            .getMethod("defineClass", byte[].class)
            .invoke(inside, (Object) read("/java/net/WeChatRedirect.class"));
  }

  private static byte[] read(String resource) throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    try (InputStream stream = Agent.class.getResourceAsStream(resource)) {
      byte[] chunk = new byte[4096];
      for (int size = stream.read(chunk); size >= 0; size = stream.read(chunk)) {
        content.write(chunk, 0, size);
      }
    }
    return content.toByteArray();
  }

  private static void lead(Class<?> redirect, String rules) throws Exception {
    Set<String> hosts = new HashSet<>();
    Matcher host = Pattern.compile("\"([^\"]+)\"").matcher(find(rules, "\"hosts\":\\[([^]]*)]"));
    while (host.find()) hosts.add(host.group(1));
    redirect
        .getMethod("lead", Set.class, byte[].class, int.class, int.class)
        .invoke(
            null,
            hosts,
            InetAddress.getByName(find(rules, "\"to\":\"([^\"]*)\"")).getAddress(),
            Integer.parseInt(find(rules, "\"443\":(\\d+)")),
            Integer.parseInt(find(rules, "\"80\":(\\d+)")));
  }

  /** Read one of the rules, which mockwx writes without blanks. */
  private static String find(String rules, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(rules);
    if (!found.find()) throw new IllegalArgumentException("MOCKWX_REDIRECT is " + rules);
    return found.group(1);
  }

  private static void haveAsked(Instrumentation instrumentation) throws Exception {
    Class<?>[] asking = new Class<?>[ASKING.length];
    for (int i = 0; i < ASKING.length; i++) asking[i] = Class.forName(ASKING[i], false, null);
    List<Class<?>> known = Arrays.asList(asking);
    ClassFileTransformer asker =
        new ClassFileTransformer() {
          @Override
          public byte[] transform(
              ClassLoader loader,
              String name,
              Class<?> redefined,
              ProtectionDomain domain,
              byte[] content) {
            return known.contains(redefined) ? new ClassFile(content).asking() : null;
          }
        };
    // It stays: another agent may have these classes made anew.
    instrumentation.addTransformer(asker, true);
    instrumentation.retransformClasses(asking);
  }
}
