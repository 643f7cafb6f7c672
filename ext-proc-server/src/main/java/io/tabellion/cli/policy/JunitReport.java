package io.tabellion.cli.policy;

import io.tabellion.policy.PolicyCheck.Tested;
import io.tabellion.policy.PolicyCheck.TestedFile;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Tests of policy files as the XML that JUnit made usual and CI systems read. */
final class JunitReport {
  private final XMLStreamWriter xml;

  private JunitReport(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /** Returns the report: a suite for each file. */
  static String of(Map<Path, TestedFile> tested) {
    StringWriter text = new StringWriter();
    try {
      new JunitReport(XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text))
          .suites(tested);
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a text takes every character", e);
    }
    return text + "\n";
  }

  private void suites(Map<Path, TestedFile> tested) throws XMLStreamException {
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuites");
    for (Map.Entry<Path, TestedFile> file : tested.entrySet()) {
      suite(file.getKey().toString(), file.getValue());
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.flush();
  }

  private void suite(String file, TestedFile ran) throws XMLStreamException {
    xml.writeStartElement("testsuite");
    attribute("name", file);
    attribute("tests", String.valueOf(ran.tests().size()));
    attribute("failures", String.valueOf(ran.failed()));
    attribute("errors", "0");
    attribute("skipped", "0");
    xml.writeStartElement("properties");
    property("rules", String.valueOf(ran.rules()));
    property("untested", String.join(",", ran.unmet()));
    xml.writeEndElement();
    for (Tested test : ran.tests()) {
      test(file, test);
    }
    xml.writeEndElement();
  }

  private void property(String name, String value) throws XMLStreamException {
    xml.writeEmptyElement("property");
    attribute("name", name);
    attribute("value", value);
  }

  private void test(String file, Tested test) throws XMLStreamException {
    xml.writeStartElement("testcase");
    attribute("classname", file);
    attribute("name", test.name());
    attribute("file", file);
    attribute("line", String.valueOf(test.place().line()));
    if (!test.failures().isEmpty()) {
      xml.writeStartElement("failure");
      attribute("message", test.failures().getFirst());
      xml.writeCharacters(
          valid("%s:%s: %s".formatted(file, test.place(), String.join("\n", test.failures()))));
      xml.writeEndElement();
    }
    xml.writeEndElement();
  }

  private void attribute(String name, String value) throws XMLStreamException {
    xml.writeAttribute(name, valid(value));
  }

  /** XML 1.0 has no place for most control characters. */
  private static String valid(String text) {
    return text.codePoints()
        .map(point -> isValid(point) ? point : 0xFFFD)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isValid(int point) {
    return point == '\t'
        || point == '\n'
        || point == '\r'
        || (point >= ' ' && point < Character.MIN_SURROGATE)
        || (point > Character.MAX_SURROGATE && point < 0xFFFE)
        || point > 0xFFFF;
  }
}
