package io.tabellion.detect.personal;

import static io.tabellion.detect.personal.Checksums.isDay;
import static io.tabellion.detect.personal.Checksums.last;
import static io.tabellion.detect.personal.Checksums.number;
import static io.tabellion.detect.personal.Checksums.uniform;
import static io.tabellion.detect.personal.Checksums.weighted;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Template;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Identity, tax and health numbers that states give to people. */
final class NationalIds {
  private static final String SSN = "ssn";
  private static final String DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
  private static final String HETU_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  private static final int[] CODICE_ODD = {
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
  };
  private static final Set<String> NINO_NOT = Set.of("BG", "GB", "NK", "KN", "TN", "NT", "ZZ");

  private NationalIds() {}

  static List<Detector> all() {
    return List.of(
        usSsn(),
        usItin(),
        ukNino(),
        ukNhs(),
        deSteuerId(),
        frNir(),
        esDni(),
        esNie(),
        itCodice(),
        nlBsn(),
        beRrn(),
        plPesel(),
        sePersonnummer(),
        fiHetu(),
        noFnr(),
        dkCpr(),
        ptNif(),
        brCpf(),
        brCnpj(),
        caSin(),
        auTfn(),
        auMedicare(),
        inAadhaar(),
        inPan(),
        krRrn(),
        sgNric(),
        zaId(),
        chAhv(),
        trKimlik(),
        cnRic(),
        mxCurp(),
        iePps());
  }

  private static Detector usSsn() {
    Template template = Template.of("999-99-9999", "999 99 9999", "999.99.9999", "999999999");
    Detector ssn =
        new NationalId("US_SSN", template, NationalIds::isSsn, 0.75, 0.2)
            .detector(
                "Three, two and four digits with hyphens or spaces; area not 000 or 666, group not 00,"
                    + " serial not 0000, no number that was printed in advertising. With an area from"
                    + " 900 on, with dots, or without separators, only beside a context word. May follow"
                    + " the letters ssn at once.",
                "US Social Security Administration, POMS RM 10201.035",
                "ssn",
                "social security",
                "social",
                "soc sec",
                "ss#",
                "ssns",
                "taxpayer");
    List<Trigger> triggers = new ArrayList<>(ssn.triggers());
    triggers.add(Trigger.word(SSN));
    return new Detector(
        ssn.name(),
        ssn.kind(),
        ssn.rule(),
        ssn.source(),
        triggers,
        ssn.longest(),
        (text, from, to, hits) -> {
          if (text.hasIgnoringCase(from, SSN)) {
            glued(text, from, to, hits);
          } else {
            template.match(text, from, to, hits);
          }
        },
        (text, start, end) -> {
          double score = ssn.validator().score(text, start, end);
          boolean weak = text.at(start) == '9' || text.at(start + 3) == '.';
          return weak ? Math.min(0.3, score) : score;
        },
        ssn.context());
  }

  /** Offers the number that follows its label at once: three, two and four digits. */
  private static void glued(Text text, int from, int to, Hits hits) {
    int first = text.runEnd(to, CharSet.DIGIT, 10);
    int sign = text.at(first);
    boolean grouped =
        first - to == 3
            && (sign == '-' || sign == ' ')
            && text.runEnd(first + 1, CharSet.DIGIT, 3) == first + 3
            && text.at(first + 3) == sign;
    int end = grouped ? text.runEnd(first + 4, CharSet.DIGIT, 5) : first;
    boolean whole = grouped ? end - to == 11 : end - to == 9;
    boolean goesOn =
        CharSet.ALNUM.has(text.at(end))
            || ((text.at(end) == '-' || text.at(end) == '.')
                && CharSet.DIGIT.has(text.at(end + 1)));
    if (whole && !goesOn && !CharSet.LETTER.has(text.at(from - 1))) {
      hits.hit(to, end);
    }
  }

  private static boolean isSsn(String d) {
    int area = number(d, 0, 3);
    return area != 0
        && area != 666
        && number(d, 3, 5) != 0
        && number(d, 5, 9) != 0
        && !uniform(d)
        && !d.equals("078051120")
        && !d.equals("219099999");
  }

  private static Detector usItin() {
    return new NationalId(
            "US_ITIN",
            Template.of("999-99-9999", "999 99 9999", "999999999").first("9"),
            NationalIds::isItin,
            0.7,
            0.2)
        .detector(
            "As a social security number, but 9xx, and the group 50 to 65, 70 to 88, 90 to 92 or 94"
                + " to 99.",
            "US IRS, Internal Revenue Manual 3.21.263",
            "itin",
            "individual taxpayer",
            "tax id",
            "tin");
  }

  private static boolean isItin(String d) {
    int group = number(d, 3, 5);
    return d.charAt(0) == '9'
        && group >= 50
        && group <= 99
        && (group <= 65 || group >= 70)
        && group != 89
        && group != 93
        && !uniform(d);
  }

  private static Detector ukNino() {
    return new NationalId(
            "UK_NINO",
            Template.of("AA999999A", "AA 99 99 99 A", "AA-99-99-99-A", "AA 999999 A"),
            NationalIds::isNino,
            0.8,
            0)
        .detector(
            "Two letters (neither D, F, I, Q, U or V, the second not O; not BG, GB, NK, KN, TN, NT, ZZ),"
                + " six digits, A to D.",
            "HMRC, National Insurance Manual NIM39110",
            "nino",
            "national insurance",
            "ni number",
            "ni no");
  }

  private static boolean isNino(String d) {
    boolean sample = d.startsWith("QQ"); // what the authority writes in examples
    return (sample || "DFIQUV".indexOf(d.charAt(0)) < 0)
        && (sample || "DFIQUVO".indexOf(d.charAt(1)) < 0)
        && !NINO_NOT.contains(d.substring(0, 2))
        && "ABCD".indexOf(d.charAt(8)) >= 0;
  }

  private static Detector ukNhs() {
    return new NationalId(
            "UK_NHS",
            Template.of("999 999 9999", "999-999-9999", "9999999999"),
            NationalIds::isNhs,
            0.35,
            0.15)
        .detector(
            "Ten digits, weights 10 to 2, modulus 11. Only beside a context word: one in eleven phone"
                + " numbers passes the checksum.",
            "NHS Data Dictionary, NHS number",
            "nhs",
            "patient",
            "health service",
            "medical record");
  }

  private static boolean isNhs(String d) {
    int check = (11 - weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11) % 11;
    return check == last(d) && !uniform(d);
  }

  private static Detector deSteuerId() {
    return new NationalId(
            "DE_STEUER_ID",
            Template.of("99 999 999 999", "99999999999").first("123456789"),
            NationalIds::isSteuerId,
            0.6,
            0.25)
        .detector(
            "Eleven digits, the first not 0; of the first ten one digit stands two or three times;"
                + " ISO 7064 MOD 11,10.",
            "Bundeszentralamt für Steuern, § 139b AO",
            "steuer",
            "steuerid",
            "steuer-id",
            "idnr",
            "identifikationsnummer",
            "tax id",
            "tin",
            "steuernummer");
  }

  private static boolean isSteuerId(String d) {
    int[] counts = new int[10];
    d.substring(0, 10).chars().forEach(c -> counts[c - '0']++);
    int repeated = 0;
    for (int count : counts) {
      if (count > 3) {
        return false;
      }
      repeated += count > 1 ? 1 : 0;
    }
    return d.charAt(0) != '0' && repeated == 1 && Checksums.mod11And10(d);
  }

  private static Detector frNir() {
    return new NationalId(
            "FR_NIR",
            Template.of(
                    "9 99 99 99 999 999 99",
                    "999999999999999",
                    "9 99 99 9A 999 999 99",
                    "9999999999999 99",
                    "999999A99999999")
                .first("12"),
            NationalIds::isNir,
            0.85,
            0.6)
        .detector(
            "Sex, year, month, department (also 2A and 2B), commune, order and a key: 97 minus the"
                + " number modulo 97.",
            "INSEE, Décret n° 82-103",
            "nir",
            "insee",
            "sécurité sociale",
            "carte vitale",
            "num secu",
            "social");
  }

  private static boolean isNir(String d) {
    char department = d.charAt(6);
    if (Character.isLetter(department) && department != 'A' && department != 'B') {
      return false;
    }
    int month = number(d, 3, 5);
    long corsica = department == 'A' ? 1_000_000 : department == 'B' ? 2_000_000 : 0;
    String body = d.substring(0, 13);
    long number = Long.parseLong(corsica == 0 ? body : body.replace(department, '0')) - corsica;
    return (d.charAt(0) == '1' || d.charAt(0) == '2')
        && ((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50)
        && 97 - number % 97 == number(d, 13, 15);
  }

  private static Detector esDni() {
    return new NationalId(
            "ES_DNI",
            Template.of("99999999A", "99999999-A", "99.999.999-A", "99.999.999A"),
            d -> DNI_LETTERS.charAt(number(d, 0, 8) % 23) == d.charAt(8),
            0.6,
            0)
        .detector(
            "Eight digits and the letter that the number modulo 23 gives.",
            "Ministerio del Interior, Real Decreto 1553/2005",
            "dni",
            "nif",
            "documento nacional",
            "identidad");
  }

  private static Detector esNie() {
    return new NationalId(
            "ES_NIE",
            Template.of("A9999999A", "A-9999999-A", "A9999999-A", "A-9999999A").first("XYZxyz"),
            NationalIds::isNie,
            0.65,
            0)
        .detector(
            "X, Y or Z, seven digits and a letter as in the DNI, X, Y and Z read as 0, 1 and 2.",
            "Ministerio del Interior, Orden INT/2058/2008",
            "nie",
            "nif",
            "extranjero",
            "identidad");
  }

  private static boolean isNie(String d) {
    int first = "XYZ".indexOf(d.charAt(0));
    return first >= 0
        && DNI_LETTERS.charAt((first * 10_000_000 + number(d, 1, 8)) % 23) == d.charAt(8);
  }

  private static Detector itCodice() {
    return new NationalId(
            "IT_CODICE_FISCALE",
            Template.of(
                "AAAAAA99A99A999A", "AAAAAA99A99A99AA", "AAAAAA99A99A9AAA", "AAAAAA99A99AAAAA"),
            NationalIds::isCodice,
            0.95,
            0)
        .detector(
            "Six letters, year, letter of the month, day (women plus 40), place (its digits perhaps as"
                + " letters, where two people would have one code) and a check letter.",
            "Agenzia delle Entrate, DM 23 dicembre 1976",
            "codice fiscale",
            "fiscal code");
  }

  private static boolean isCodice(String d) {
    int sum = 0;
    for (int i = 0; i < 15; i++) {
      char c = d.charAt(i);
      int value = Character.isDigit(c) ? c - '0' : c - 'A';
      sum += i % 2 == 0 ? CODICE_ODD[value] : value;
    }
    int day = number(d, 9, 11) % 40;
    return "ABCDEHLMPRST".indexOf(d.charAt(8)) >= 0
        && day >= 1
        && day <= 31
        && 'A' + sum % 26 == d.charAt(15);
  }

  private static Detector nlBsn() {
    return new NationalId(
            "NL_BSN",
            Template.of("999999999", "9999.99.999", "999 999 999"),
            NationalIds::isBsn,
            0.35,
            0.15)
        .detector(
            "Nine digits, weights 9 to 2 and −1, modulus 11 (elfproef). Only beside a context word.",
            "Rijksoverheid, Besluit burgerservicenummer",
            "bsn",
            "burgerservicenummer",
            "sofinummer",
            "citizen service");
  }

  private static boolean isBsn(String d) {
    return weighted(d, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0 && !uniform(d);
  }

  private static Detector beRrn() {
    return new NationalId(
            "BE_RRN",
            Template.of(
                "99.99.99-999.99",
                "99 99 99 999 99",
                "99999999999",
                "999999-999-99",
                "999999 999 99"),
            NationalIds::isRrn,
            0.9,
            0.3)
        .detector(
            "Date of birth, order, and 97 minus the number modulo 97, with 2 before it for births from"
                + " 2000 on.",
            "Registre national, Arrêté royal du 3 avril 1984",
            "rrn",
            "rijksregister",
            "registre national",
            "national number",
            "numéro national",
            "niss",
            "insz");
  }

  private static boolean isRrn(String d) {
    long body = Long.parseLong(d.substring(0, 9));
    int check = number(d, 9, 11);
    int month = number(d, 2, 4) % 20;
    return month <= 12
        && number(d, 4, 6) <= 31
        && (97 - body % 97 == check || 97 - (2_000_000_000L + body) % 97 == check);
  }

  private static Detector plPesel() {
    return new NationalId("PL_PESEL", Template.of("99999999999"), NationalIds::isPesel, 0.3, 0.3)
        .detector(
            "Date of birth with the century in the month, order, check digit with weights 1, 3, 7, 9.",
            "Ustawa o ewidencji ludności, PESEL",
            "pesel",
            "ewidencyjny");
  }

  private static boolean isPesel(String d) {
    return isDay(number(d, 2, 4) % 20, number(d, 4, 6))
        && (10 - weighted(d, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) % 10) % 10 == last(d);
  }

  private static Detector sePersonnummer() {
    return new NationalId(
            "SE_PERSONNUMMER",
            Template.of(
                "999999-9999", "99999999-9999", "999999+9999", "9999999999", "999999999999"),
            NationalIds::isPersonnummer,
            0.65,
            0.2)
        .detector(
            "Date of birth (plus 60 in the day for a coordination number), order, Luhn over the last ten.",
            "Skatteverket, SKV 704",
            "personnummer",
            "personnr",
            "pnr",
            "samordningsnummer",
            "organisationsnummer");
  }

  private static boolean isPersonnummer(String d) {
    String ten = d.substring(d.length() - 10);
    boolean century = d.length() == 10 || d.startsWith("19") || d.startsWith("20");
    return century && isDay(number(ten, 2, 4), number(ten, 4, 6) % 60) && Checksums.luhn(ten);
  }

  private static Detector fiHetu() {
    return new NationalId(
            "FI_HETU",
            Template.of("999999-999X", "999999+999X", "999999A999X"),
            NationalIds::isHetu,
            0.9,
            0)
        .detector(
            "Date of birth, the sign of the century, order, and the sign that the number modulo 31"
                + " gives.",
            "Digi- ja väestötietovirasto, henkilötunnus",
            "hetu",
            "henkilötunnus",
            "personbeteckning");
  }

  private static boolean isHetu(String d) {
    // The century's sign is lost where it is a hyphen or a plus.
    int order = d.length() - 4;
    char century = d.length() == 11 ? d.charAt(6) : '-';
    if (d.length() == 11 && "ABCDEFYXWVU".indexOf(century) < 0) {
      return false;
    }
    int number = number(d, 0, 6) * 1000 + number(d, order, order + 3);
    return isDay(number(d, 2, 4), number(d, 0, 2))
        && HETU_SIGNS.charAt(number % 31) == d.charAt(order + 3);
  }

  private static Detector noFnr() {
    return new NationalId(
            "NO_FNR", Template.of("999999 99999", "99999999999"), NationalIds::isFnr, 0.6, 0.45)
        .detector(
            "Date of birth (D-numbers: plus 40 in the day), order and two check digits, modulus 11.",
            "Skatteetaten, Folkeregisterforskriften § 2-2-1",
            "fødselsnummer",
            "fnr",
            "personnummer",
            "d-nummer");
  }

  private static boolean isFnr(String d) {
    return isDay(number(d, 2, 4) % 40, number(d, 0, 2) % 40)
        && weighted(d, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1) % 11 == 0
        && weighted(d, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0;
  }

  private static Detector dkCpr() {
    return new NationalId(
            "DK_CPR", Template.of("999999-9999", "9999999999"), NationalIds::isCpr, 0.45, 0.1)
        .detector(
            "Date of birth and four digits. Modulus 11 no longer holds for all since 2007, so a number"
                + " counts only beside a context word.",
            "CPR-kontoret, Personnummeret i CPR",
            "cpr",
            "cpr-nummer",
            "cprnr",
            "personnummer");
  }

  private static boolean isCpr(String d) {
    return isDay(number(d, 2, 4), number(d, 0, 2));
  }

  private static Detector ptNif() {
    return new NationalId(
            "PT_NIF",
            Template.of("999999999", "999 999 999").first("123"),
            NationalIds::isNif,
            0.3,
            0.1)
        .detector(
            "Nine digits from 1, 2 or 3 on, weights 9 to 2, modulus 11. Only beside a context word.",
            "Autoridade Tributária, Decreto-Lei 14/2013",
            "nif",
            "contribuinte",
            "número fiscal");
  }

  private static boolean isNif(String d) {
    int rest = weighted(d, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return d.charAt(0) >= '1' && d.charAt(0) <= '3' && (rest < 2 ? 0 : 11 - rest) == last(d);
  }

  private static Detector brCpf() {
    return new NationalId(
            "BR_CPF", Template.of("999.999.999-99", "99999999999"), NationalIds::isCpf, 0.95, 0.35)
        .detector(
            "Nine digits and two check digits, modulus 11; not all the same.",
            "Receita Federal, Instrução Normativa RFB 1548",
            "cpf",
            "cadastro de pessoas");
  }

  private static boolean isCpf(String d) {
    return !uniform(d)
        && brazilian(weighted(d, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == d.charAt(9) - '0'
        && brazilian(weighted(d, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == d.charAt(10) - '0';
  }

  private static int brazilian(int sum) {
    return sum % 11 < 2 ? 0 : 11 - sum % 11;
  }

  private static Detector brCnpj() {
    return new NationalId(
            "BR_CNPJ",
            Template.of("99.999.999/9999-99", "99999999999999"),
            NationalIds::isCnpj,
            0.95,
            0.35)
        .detector(
            "Twelve digits and two check digits, modulus 11; not all the same.",
            "Receita Federal, Instrução Normativa RFB 2119",
            "cnpj",
            "cadastro nacional");
  }

  private static boolean isCnpj(String d) {
    return !uniform(d)
        && brazilian(weighted(d, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == d.charAt(12) - '0'
        && brazilian(weighted(d, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) == d.charAt(13) - '0';
  }

  private static Detector caSin() {
    return new NationalId(
            "CA_SIN",
            Template.of("999-999-999", "999 999 999", "999999999"),
            d -> Checksums.luhn(d) && d.charAt(0) != '0' && d.charAt(0) != '8' && !uniform(d),
            0.4,
            0.1)
        .detector(
            "Nine digits, the first not 0 or 8, Luhn. Only beside a context word.",
            "Employment and Social Development Canada, SIN Code of Practice",
            "sin",
            "social insurance",
            "nas",
            "assurance sociale",
            "sin number");
  }

  private static Detector auTfn() {
    return new NationalId(
            "AU_TFN",
            Template.of("999 999 999", "999-999-999", "999999999"),
            d -> weighted(d, 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0 && !uniform(d),
            0.35,
            0.15)
        .detector(
            "Nine digits, weights 1, 4, 3, 7, 5, 8, 6, 9, 10, modulus 11. Only beside a context word.",
            "Australian Taxation Office, TFN algorithm",
            "tfn",
            "tax file");
  }

  private static Detector auMedicare() {
    return new NationalId(
            "AU_MEDICARE",
            Template.of("9999 99999 9", "9999-99999-9", "9999999999").first("23456"),
            NationalIds::isMedicare,
            0.6,
            0.15)
        .detector(
            "Ten digits from 2 to 6 on, the ninth checks the first eight with weights 1, 3, 7, 9.",
            "Services Australia, Medicare card number",
            "medicare");
  }

  private static boolean isMedicare(String d) {
    return d.charAt(0) >= '2'
        && d.charAt(0) <= '6'
        && weighted(d, 1, 3, 7, 9, 1, 3, 7, 9) % 10 == d.charAt(8) - '0';
  }

  private static Detector inAadhaar() {
    return new NationalId(
            "IN_AADHAAR",
            Template.of("9999 9999 9999", "9999-9999-9999", "999999999999").first("23456789"),
            d -> d.charAt(0) >= '2' && Checksums.verhoeff(d) && !uniform(d),
            0.6,
            0.2)
        .detector(
            "Twelve digits from 2 on, Verhoeff.",
            "UIDAI, Aadhaar numbering scheme",
            "aadhaar",
            "aadhar",
            "uidai");
  }

  private static Detector inPan() {
    return new NationalId(
            "IN_PAN",
            Template.of("AAAAA9999A"),
            d -> "PCHABGJLFT".indexOf(d.charAt(3)) >= 0,
            0.4,
            0)
        .detector(
            "Five letters of which the fourth names the kind of holder, four digits, a letter. Only"
                + " beside a context word.",
            "Income Tax Department of India, Rule 114",
            "pan",
            "permanent account",
            "pan card",
            "income tax");
  }

  private static Detector krRrn() {
    return new NationalId(
            "KR_RRN",
            Template.of("999999-9999999", "9999999999999").third("01"),
            NationalIds::isKrRrn,
            0.8,
            0.25)
        .detector(
            "Date of birth, century and sex, six digits of which the last is a check digit, modulus 11.",
            "Ministry of the Interior and Safety, Resident Registration Act",
            "rrn",
            "resident registration",
            "jumin");
  }

  private static boolean isKrRrn(String d) {
    return isDay(number(d, 2, 4), number(d, 4, 6))
        && d.charAt(6) != '0'
        && (11 - weighted(d, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5) % 11) % 10 == last(d);
  }

  private static Detector sgNric() {
    return new NationalId(
            "SG_NRIC", Template.of("A9999999A").first("STFGMstfgm"), NationalIds::isNric, 0.65, 0)
        .detector(
            "S, T, F, G or M, seven digits, and the letter of weights 2, 7, 6, 5, 4, 3, 2, modulus 11.",
            "Immigration & Checkpoints Authority of Singapore",
            "nric",
            "fin",
            "singapore");
  }

  private static boolean isNric(String d) {
    int kind = "STFGM".indexOf(d.charAt(0));
    if (kind < 0) {
      return false;
    }
    int sum = weighted(d.substring(1), 2, 7, 6, 5, 4, 3, 2);
    return switch (d.charAt(0)) {
      case 'S' -> "JZIHGFEDCBA".charAt(sum % 11) == d.charAt(8);
      case 'T' -> "JZIHGFEDCBA".charAt((sum + 4) % 11) == d.charAt(8);
      case 'F' -> "XWUTRQPNMLK".charAt(sum % 11) == d.charAt(8);
      case 'G' -> "XWUTRQPNMLK".charAt((sum + 4) % 11) == d.charAt(8);
      default -> "KLJNPQRTUWX".charAt(10 - (sum + 3) % 11) == d.charAt(8);
    };
  }

  private static Detector zaId() {
    return new NationalId(
            "ZA_ID",
            Template.of("9999999999999", "999999 9999 999").third("01"),
            NationalIds::isZaId,
            0.7,
            0.45)
        .detector(
            "Date of birth, order, citizenship 0 or 1, 8 or 9, Luhn.",
            "Department of Home Affairs, Identification Act 68 of 1997",
            "south african",
            "rsa id",
            "id no",
            "identity");
  }

  private static boolean isZaId(String d) {
    return isDay(number(d, 2, 4), number(d, 4, 6)) && d.charAt(10) <= '2' && Checksums.luhn(d);
  }

  private static Detector chAhv() {
    return new NationalId(
            "CH_AHV",
            Template.of("999.9999.9999.99", "9999999999999").first("7"),
            NationalIds::isAhv,
            0.95,
            0.6)
        .detector(
            "756 and ten digits, the last the check digit of an EAN-13.",
            "Zentrale Ausgleichsstelle, AHV-Nummer (AHVN13)",
            "ahv",
            "avs",
            "sozialversicherung",
            "svnr");
  }

  private static boolean isAhv(String d) {
    return d.startsWith("756")
        && (10 - weighted(d, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3) % 10) % 10 == last(d);
  }

  private static Detector trKimlik() {
    return new NationalId(
            "TR_KIMLIK",
            Template.of("99999999999").first("123456789"),
            NationalIds::isKimlik,
            0.4,
            0.4)
        .detector(
            "Eleven digits, the first not 0; the tenth and the eleventh check the others.",
            "Nüfus ve Vatandaşlık İşleri, T.C. Kimlik No",
            "kimlik",
            "tckn",
            "tc no");
  }

  private static boolean isKimlik(String d) {
    int odd = weighted(d, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    int even = weighted(d, 0, 1, 0, 1, 0, 1, 0, 1);
    int tenth = Math.floorMod(odd * 7 - even, 10);
    return d.charAt(0) != '0' && tenth == d.charAt(9) - '0' && (odd + even + tenth) % 10 == last(d);
  }

  private static Detector cnRic() {
    return new NationalId(
            "CN_RIC",
            Template.of("99999999999999999X").first("123456789"),
            NationalIds::isRic,
            0.8,
            0.75)
        .detector(
            "Region, date of birth, order, and the check of ISO 7064 MOD 11-2 (X is ten).",
            "GB 11643-1999",
            "resident identity",
            "shenfenzheng",
            "identity card");
  }

  private static boolean isRic(String d) {
    int rest = weighted(d, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2) % 11;
    int year = number(d, 6, 10);
    return year >= 1900
        && year <= 2099
        && isDay(number(d, 10, 12), number(d, 12, 14))
        && "10X98765432".charAt(rest) == d.charAt(17);
  }

  private static Detector mxCurp() {
    return new NationalId(
            "MX_CURP", Template.of("AAAA999999AAAAAAX9"), NationalIds::isCurp, 0.95, 0)
        .detector(
            "Four letters, date of birth, sex, state, three consonants, a sign and a check digit.",
            "RENAPO, Instructivo normativo de la CURP",
            "curp");
  }

  private static boolean isCurp(String d) {
    String signs = "0123456789ABCDEFGHIJKLMN.OPQRSTUVWXYZ"; // the place of Ñ is a dot here
    int sum = 0;
    for (int i = 0; i < 17; i++) {
      sum += signs.indexOf(d.charAt(i)) * (18 - i);
    }
    return isDay(number(d, 6, 8), number(d, 8, 10))
        && "HMX".indexOf(d.charAt(10)) >= 0
        && (10 - sum % 10) % 10 == last(d);
  }

  private static Detector iePps() {
    return new NationalId(
            "IE_PPS", Template.of("9999999A", "9999999AA"), NationalIds::isPps, 0.45, 0)
        .detector(
            "Seven digits, a check letter of weights 8 to 2, modulus 23, and perhaps one letter more.",
            "Department of Social Protection, PPS Number",
            "pps",
            "ppsn",
            "personal public service");
  }

  private static boolean isPps(String d) {
    int more = d.length() == 9 && d.charAt(8) != 'W' ? d.charAt(8) - 'A' + 1 : 0;
    int rest = (weighted(d, 8, 7, 6, 5, 4, 3, 2) + more * 9) % 23;
    return d.charAt(7) == (rest == 0 ? 'W' : 'A' + rest - 1);
  }
}
