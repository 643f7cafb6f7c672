package io.tabellion.dist;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A program that an image is made of. */
enum Program {
  SERVER("server", "tabellion", "ext-proc-server", "io.tabellion.Main"),

  /** It listens on loopback only, so it has no port to publish. */
  CONTROL_PLANE(
      "control-plane", "tabellion-control-plane", "xds-control-plane", "io.tabellion.xds.Main"),

  /** The demo's MCP server, its client and its identity provider, for the Compose file. */
  SAMPLE("sample", "tabellion-sample", "demo", "io.tabellion.demo.Parts");

  private final String text;
  private final String image;
  private final String module;
  private final String main;

  Program(String text, String image, String module, String main) {
    this.text = text;
    this.image = image;
    this.module = module;
    this.main = main;
  }

  /** As {@code --of} names it. */
  String text() {
    return text;
  }

  /** Name of the image, without a tag. */
  String image() {
    return image;
  }

  /** The Maven module. */
  String module() {
    return module;
  }

  String main() {
    return main;
  }

  /** Ports that others connect to. */
  List<Integer> ports() {
    return this == SERVER ? List.of(9001, 9002, 9003) : List.of();
  }

  @Override
  public String toString() {
    return text;
  }

  /** For {@code --of}. */
  static final class Converter implements ITypeConverter<Program> {
    @Override
    public Program convert(String text) {
      return Arrays.stream(values())
          .filter(program -> program.text.equals(text))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  "expected "
                      + Arrays.stream(values())
                          .map(Program::text)
                          .collect(Collectors.joining(", "))));
    }
  }
}
