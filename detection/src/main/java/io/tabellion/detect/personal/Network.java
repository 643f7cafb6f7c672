package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Trigger.Next;
import io.tabellion.detect.engine.Validator;
import java.util.ArrayList;
import java.util.List;

/** Addresses of machines. */
final class Network {
  private static final CharSet HEX_COLON = CharSet.of("0-9A-Fa-f:");
  private static final int IPV6_LONGEST = 45;

  /** With one sign behind it. */
  private static final int IPV4_LONGEST = 16;

  /** What any of them is worth. */
  private static final double IPV6 = 0.85;

  /** The greatest number between dots, with four bits for each digit. */
  private static final long BROADCAST = 0x255;

  private Network() {}

  static List<Detector> all() {
    return List.of(ip(), mac());
  }

  private static Detector ip() {
    return new Detector(
        "IP_ADDRESS",
        Kind.PII,
        "IPv4: four numbers of 0 to 255 without leading zeros, no part of a longer dotted number;"
            + " not loopback, unspecified or broadcast. IPv6: eight groups or"
            + " fewer with one ::, perhaps with an IPv4 tail.",
        "RFC 6943 §3.1.1, RFC 4291 §2.2",
        ipTriggers(),
        IPV6_LONGEST,
        Network::matchIp,
        Validator.BY_MATCHER,
        Context.of(0.3, "ip", "ipv4", "ipv6", "address", "host", "client", "remote", "server")
            .and(-0.4, "version", "release", "build", "oid", "firmware", "ver")
            .and(-0.3, "section", "chapter"));
  }

  /** A number with a dot, and the last sign of a group with a colon. */
  private static List<Trigger> ipTriggers() {
    List<Trigger> triggers = new ArrayList<>();
    triggers.add(new Trigger.Digits(1, 3, Before.NO_NUMBER, ".").next(Next.digits(1, 3).then(".")));
    triggers.add(Trigger.run("::"));
    for (char sign : "0123456789abcdef".toCharArray()) {
      triggers.add(Trigger.word(sign + ":"));
    }
    return triggers;
  }

  private static void matchIp(Text text, int from, int to, Hits hits) {
    if (text.at(to - 1) == ':') {
      matchIpv6(text, from, to, hits);
    } else {
      matchIpv4(text, from, hits);
    }
  }

  private static void matchIpv4(Text text, int from, Hits hits) {
    int end = ipv4End(text, from);
    if (end < 0) {
      return;
    }
    int before = text.at(from - 1);
    boolean apart =
        !CharSet.WORD.has(before)
            && before >= 0
            && before != '.'
            && before != '-'
            && before != ':'
            && !CharSet.WORD.has(text.at(end))
            && !(text.at(end) == '.' && CharSet.ALNUM.has(text.at(end + 1)))
            && !(text.at(end) == '-' && CharSet.ALNUM.has(text.at(end + 1)));
    if (apart || (before == ':' && !isGroup(text, from - 1))) {
      hits.hit(from, end, score(text, from));
    }
  }

  private static double score(Text text, int from) {
    long first = text.number(from, text.runEnd(from, CharSet.DIGIT, 3) - from);
    return first == 0x127 || first == 0 || first == BROADCAST ? 0.1 : 0.65;
  }

  /** Whether what ends there is a group of an IPv6 address, or of a time, and no word. */
  private static boolean isGroup(Text text, int end) {
    return text.at(text.runStart(end, CharSet.HEX, 4) - 1) == ':';
  }

  /** Returns where the four numbers from {@code from} on end, -1 if they are none. */
  private static int ipv4End(Text text, int from) {
    if (from < 0 || !CharSet.DIGIT.has(text.at(from))) {
      return -1;
    }
    long digits = text.digitsFrom(from, IPV4_LONGEST);
    int at = 0;
    for (int i = 0; i < 4; i++) {
      int length = Long.numberOfTrailingZeros(~(digits >>> at));
      if (length == 0 || length > 3) {
        return -1;
      }
      long number = text.number(from + at, length);
      boolean leading = length > 1 && number >>> (4 * (length - 1)) == 0;
      at += length;
      if (leading || number > BROADCAST || (i < 3 && text.at(from + at) != '.')) {
        return -1;
      }
      at++;
    }
    return from + at - 1;
  }

  private static void matchIpv6(Text text, int from, int to, Hits hits) {
    int start = text.runStart(from, HEX_COLON, IPV6_LONGEST);
    int end = text.runEnd(to, HEX_COLON, IPV6_LONGEST);
    int dotted = text.at(end) == '.' ? text.runStart(end, CharSet.DIGIT, 3) : end;
    hits.quietUntil(dotted); // an IPv4 address may stand behind the colon of a word
    if (CharSet.WORD.has(text.at(start - 1)) || text.at(start - 1) == '.') {
      return;
    }
    if (text.at(end) == '.') {
      int tail = text.runStart(end, CharSet.DIGIT, 3);
      int tailEnd = ipv4End(text, tail);
      if (tailEnd > 0 && isIpv6(text, start, tail, 6)) {
        hits.hit(start, tailEnd, IPV6);
        hits.quietUntil(tailEnd);
        return;
      }
    }
    if (end - start > 2 && text.at(end - 1) == ':' && text.at(end - 2) != ':') {
      end--;
    }
    if (!CharSet.WORD.has(text.at(end)) && isIpv6(text, start, end, 8)) {
      hits.hit(start, end, IPV6);
    }
  }

  /** Returns whether the range is {@code groups} groups, or fewer and one {@code ::}. */
  private static boolean isIpv6(Text text, int start, int end, int groups) {
    int count = 0;
    int at = start;
    boolean gap = false;
    while (at < end) {
      int next = text.runEnd(at, CharSet.HEX, Math.min(5, end - at));
      if (next - at > 4) {
        return false;
      }
      if (next > at) {
        count++;
        if (next == end) {
          break;
        }
        at = next + 1;
        if (at == end && groups == 8) {
          return false;
        }
        if (text.at(at) == ':' && at < end) {
          if (gap) {
            return false;
          }
          gap = true;
          at++;
        }
      } else if (at == start && text.at(at + 1) == ':' && at + 1 < end) {
        gap = true;
        at += 2;
      } else {
        return false;
      }
    }
    int least = groups == 8 ? 2 : 0; // "::1" and "a::" are other things too often
    return gap ? count >= least && count < groups : count == groups;
  }

  private static Detector mac() {
    List<Trigger> triggers = new ArrayList<>();
    triggers.add(pair("T", ":"));
    triggers.add(pair("H", "-"));
    triggers.add(
        new Trigger.Digits(1, 1, Before.NO_LETTER, "A").next(Next.digits(0, 0).then(":-")));
    for (char high = 'a'; high <= 'f'; high++) {
      for (char low = 'a'; low <= 'f'; low++) {
        triggers.add(Trigger.word("" + high + low + ":"));
        triggers.add(Trigger.word("" + high + low + "-"));
      }
    }
    return new Detector(
        "MAC_ADDRESS",
        Kind.PII,
        "Six pairs of hexadecimal digits with the same colon or hyphen between them; not all the same"
            + " pair; no part of a longer row of pairs, as fingerprints are.",
        "IEEE 802-2014 §8.1",
        triggers,
        17,
        Network::matchMac,
        Validator.always(0.85),
        Context.NONE);
  }

  /** A pair with a digit that begins an address, which a number before the separator does not. */
  private static Trigger pair(String joint, String separator) {
    return new Trigger.Digits(1, 2, Before.hexadecimal(1).not(joint), separator)
        .next(Next.digits(1, 2).orLetter().then(separator + "A"));
  }

  private static boolean isPairEnd(Text text, int at) {
    return text.at(at) == ':' || text.at(at) == '-';
  }

  private static void matchMac(Text text, int from, int to, Hits hits) {
    int first = isPairEnd(text, to - 1) ? to - 1 : isPairEnd(text, to) ? to : to + 1;
    if (text.at(first) != text.at(first + 3)) {
      return; // most of what asks: numbers with a hyphen, the parts of UUIDs
    }
    int start = text.runStart(from, CharSet.HEX, 2);
    int separator = text.at(start + 2);
    if (separator != ':' && separator != '-') {
      return;
    }
    boolean differs = false;
    for (int pair = 0; pair < 6; pair++) {
      int at = start + pair * 3;
      if (!CharSet.HEX.has(text.at(at))
          || !CharSet.HEX.has(text.at(at + 1))
          || (pair < 5 && text.at(at + 2) != separator)) {
        return;
      }
      differs |= text.at(at) != text.at(start) || text.at(at + 1) != text.at(start + 1);
    }
    int end = start + 17;
    int before = text.at(start - 1);
    if (differs
        && !CharSet.WORD.has(before)
        && !(before == separator && CharSet.ALNUM.has(text.at(start - 2)))
        && !CharSet.WORD.has(text.at(end))
        && !(text.at(end) == separator && CharSet.HEX.has(text.at(end + 1)))) {
      hits.hit(start, end);
      hits.quietUntil(end);
    }
  }
}
