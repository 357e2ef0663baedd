package mockwx;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A class file, whose methods that resolve names or connect shall ask WeChatRedirect first.
 *
 * <p>A few instructions are put before the first one of such a method; all else is copied.
 * Chapter 4 of the Java Virtual Machine Specification says what is where.
 */
final class ClassFile {
  private static final String REDIRECT = "java/net/WeChatRedirect";
  private static final String NAME = "(Ljava/lang/String;)";
  private static final String ADDRESS = "(Ljava/net/SocketAddress;";

  private static final int STATIC = 0x0008;
  private static final int UTF8 = 1;
  private static final int CLASS = 7;
  private static final int METHOD = 10;
  private static final int NAME_AND_TYPE = 12;

  // Multiples of four keep the padding of switch instructions right.
  private static final int RESOLVING = 12;
  private static final int CONNECTING = 8;

  private static final int WIDEST_SHORT_FRAME = 63;
  private static final int SHORT_FRAME_WITH_ITEM = 64;
  private static final int FRAME_WITH_ITEM = 247;
  private static final int SAME_FRAME = 251;

  private final ByteBuffer in;
  private final String[] texts;
  private final int constants;
  private final int endOfConstants;

  ClassFile(byte[] content) {
    in = ByteBuffer.wrap(content);
    in.position(8);
    constants = u2();
    texts = new String[constants];
    for (int i = 1; i < constants; i++) {
      if (readConstant(i)) i++;
    }
    endOfConstants = in.position();
  }

  /** Return the class file with the questions in it. */
  byte[] asking() {
    try {
      return write();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** Read a constant; say whether it takes the place of two. */
  private boolean readConstant(int index) {
    int kind = u1();
    if (kind == UTF8) {
      byte[] text = new byte[u2()];
      in.get(text);
      texts[index] = new String(text, StandardCharsets.UTF_8);
      return false;
    }
    boolean isLong = kind == 5 || kind == 6;
    boolean hasTwoBytes = kind == 7 || kind == 8 || kind == 16 || kind == 19 || kind == 20;
    skip(isLong ? 8 : hasTwoBytes ? 2 : kind == 15 ? 3 : 4);
    return isLong;
  }

  private byte[] write() throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(written);
    out.write(in.array(), 0, 8);
    Constants added = new Constants(constants);
    int knows = added.method("knows", NAME + "Z");
    int resolve = added.method("resolve", NAME + "[Ljava/net/InetAddress;");
    int target = added.method("target", ADDRESS + ")Ljava/net/SocketAddress;");
    int frames = added.text("StackMapTable");
    out.writeShort(added.next);
    out.write(in.array(), 10, endOfConstants - 10);
    added.written.writeTo(out);
    int from = endOfConstants;
    in.position(from);
    skip(6);
    skip(2 * u2());
    for (int fields = u2(); fields > 0; fields--) skipMember();
    int methods = u2();
    out.write(in.array(), from, in.position() - from);
    for (; methods > 0; methods--) {
      from = in.position();
      boolean isStatic = (u2() & STATIC) != 0;
      String name = texts[u2()];
      String type = texts[u2()];
      byte[] prefix = null;
      if (isStatic && name.equals("getAllByName") && type.startsWith(NAME)) {
        prefix = resolving(knows, resolve);
      } else if (!isStatic && name.equals("connect") && type.startsWith(ADDRESS)) {
        prefix = connecting(target);
      }
      in.position(from);
      if (prefix == null) {
        skipMember();
        out.write(in.array(), from, in.position() - from);
      } else {
        writeMethod(out, prefix, frames);
      }
    }
    out.write(in.array(), in.position(), in.remaining());
    return written.toByteArray();
  }

  /** if (knows(host)) return resolve(host); */
  private static byte[] resolving(int knows, int resolve) {
    return ByteBuffer.allocate(RESOLVING)
        .put((byte) 0x2a) // aload_0
        .put((byte) 0xb8) // invokestatic
        .putShort((short) knows)
        .put((byte) 0x99) // ifeq, over the rest of this
        .putShort((short) 8)
        .put((byte) 0x2a)
        .put((byte) 0xb8)
        .putShort((short) resolve)
        .put((byte) 0xb0) // areturn
        .array();
  }

  /** endpoint = target(endpoint); */
  private static byte[] connecting(int target) {
    return ByteBuffer.allocate(CONNECTING) // What is left of it is nop.
        .put((byte) 0x2b) // aload_1
        .put((byte) 0xb8) // invokestatic
        .putShort((short) target)
        .put((byte) 0x4c) // astore_1
        .array();
  }

  private void writeMethod(DataOutputStream out, byte[] prefix, int frames) throws IOException {
    copy(out, 6);
    int attributes = u2();
    out.writeShort(attributes);
    for (; attributes > 0; attributes--) {
      int from = in.position();
      String name = texts[u2()];
      int length = in.getInt();
      if (name.equals("Code")) {
        out.write(in.array(), from, 2);
        byte[] code = code(prefix, frames);
        out.writeInt(code.length);
        out.write(code);
      } else {
        skip(length);
        out.write(in.array(), from, in.position() - from);
      }
    }
  }

  private byte[] code(byte[] prefix, int frames) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(written);
    out.writeShort(Math.max(u2(), 1));
    copy(out, 2);
    int length = in.getInt();
    out.writeInt(prefix.length + length);
    out.write(prefix);
    copy(out, length);
    int handlers = u2();
    out.writeShort(handlers);
    for (; handlers > 0; handlers--) {
      for (int place = 0; place < 3; place++) out.writeShort(u2() + prefix.length);
      copy(out, 2);
    }
    writeFramesAndLines(out, prefix.length, frames);
    return written.toByteArray();
  }

  /** Write what stands behind the code; tables for debuggers alone are left out. */
  private void writeFramesAndLines(DataOutputStream out, int shift, int frames)
      throws IOException {
    int count = 0;
    boolean hasBranch = shift == RESOLVING;
    byte[] moved = hasBranch ? new byte[] {0, 1, RESOLVING} : null;
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (int attributes = u2(); attributes > 0; attributes--) {
      int from = in.position();
      String name = texts[u2()];
      int length = in.getInt();
      int next = in.position() + length;
      if (name.equals("StackMapTable")) {
        moved = frames(shift, next, hasBranch);
      } else if (name.equals("LineNumberTable")) {
        count++;
        lines.write(in.array(), from, 8);
        writeLines(new DataOutputStream(lines), shift);
      }
      in.position(next);
    }
    out.writeShort(count + (moved == null ? 0 : 1));
    lines.writeTo(out);
    if (moved != null) {
      out.writeShort(frames);
      out.writeInt(moved.length);
      out.write(moved);
    }
  }

  private void writeLines(DataOutputStream out, int shift) throws IOException {
    boolean isFirst = true;
    for (int lines = u2(); lines > 0; lines--) {
      int place = u2();
      // The first line takes in what is put before it.
      out.writeShort(place == 0 && isFirst ? 0 : place + shift);
      copy(out, 2);
      isFirst = false;
    }
  }

  /** Move the first frame, from which all others are counted. */
  private byte[] frames(int shift, int end, boolean hasBranch) throws IOException {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(written);
    int count = u2();
    out.writeShort(count + (hasBranch ? 1 : 0));
    if (hasBranch) out.writeByte(RESOLVING);
    if (count > 0) {
      int kind = u1();
      boolean isShort = kind <= WIDEST_SHORT_FRAME;
      boolean hasShortItem = !isShort && kind < 2 * SHORT_FRAME_WITH_ITEM;
      int place = isShort ? kind : hasShortItem ? kind - SHORT_FRAME_WITH_ITEM : u2();
      // Behind another frame the distance is told less one.
      place += hasBranch ? -1 : shift;
      if (place < 0) throw new IllegalStateException("a loop leads to the first instruction");
      out.writeByte(isShort ? SAME_FRAME : hasShortItem ? FRAME_WITH_ITEM : kind);
      out.writeShort(place);
    }
    copy(out, end - in.position());
    return written.toByteArray();
  }

  private void skipMember() {
    skip(6);
    for (int attributes = u2(); attributes > 0; attributes--) {
      skip(2);
      skip(in.getInt());
    }
  }

  private void copy(DataOutputStream out, int length) throws IOException {
    out.write(in.array(), in.position(), length);
    skip(length);
  }

  private void skip(int length) {
    in.position(in.position() + length);
  }

  private int u1() {
    return in.get() & 0xff;
  }

  private int u2() {
    return in.getShort() & 0xffff;
  }

  /** Constants to be put behind those of the class. */
  private static final class Constants {
    final ByteArrayOutputStream written = new ByteArrayOutputStream();
    int next;

    private final DataOutputStream out = new DataOutputStream(written);
    private final int owner;

    Constants(int next) throws IOException {
      this.next = next;
      int name = text(REDIRECT);
      out.writeByte(CLASS);
      out.writeShort(name);
      owner = this.next++;
    }

    int text(String text) throws IOException {
      out.writeByte(UTF8);
      out.writeUTF(text);
      return next++;
    }

    int method(String name, String type) throws IOException {
      int itsName = text(name);
      int itsType = text(type);
      out.writeByte(NAME_AND_TYPE);
      out.writeShort(itsName);
      out.writeShort(itsType);
      int nameAndType = next++;
      out.writeByte(METHOD);
      out.writeShort(owner);
      out.writeShort(nameAndType);
      return next++;
    }
  }
}
