package io.tabellion.detect.personal;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Found;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class PersonalDetectorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          EMAIL | read crm://jane.doe@example.org/notes | jane.doe@example.org
          EMAIL | write to <jane.doe+tag@mail.example.org>. | jane.doe+tag@mail.example.org
          EMAIL | mailto:o'brien@example.ie | o'brien@example.ie
          EMAIL | {"to":"x_1@sub.example.museum"} | x_1@sub.example.museum
          EMAIL | an jürgen@müller.de, bitte | jürgen@müller.de
          EMAIL | 请联系abc@example.cn谢谢 | abc@example.cn
          EMAIL | user=alice@example.com&next=1 | alice@example.com
          PHONE | +1 415 555 2671 | +1 415 555 2671
          PHONE | +442079460958 12,10,20 | +442079460958
          PHONE | call +44 20 7946 0958 1, then 7 | +44 20 7946 0958
          PHONE | tel:+442079460958 | +442079460958
          PHONE | Ring us: 020 7946 0958 | 020 7946 0958
          PHONE | (212) 555-0147 ext. 12 | (212) 555-0147 ext. 12
          PHONE | 415.555.2671 x99 | 415.555.2671 x99
          PHONE | Tel. 030/9018200 | 030/9018200
          PHONE | 0049 30 901820 | 0049 30 901820
          PHONE | his mobile is 98765 43210 | 98765 43210
          PHONE | phone: 5551234 | 5551234
          PHONE | appelez le 01 42 68 53 00 | 01 42 68 53 00
          PHONE | +49 (0)30 901820 | +49 (0)30 901820
          PHONE | Teléfono: 912 345 678 | 912 345 678
          CREDIT_CARD | pay with 4111 1111 1111 1111 now | 4111 1111 1111 1111
          CREDIT_CARD | 5555555555554444 | 5555555555554444
          CREDIT_CARD | 721001126996 5500 0000 0000 0004 | 5500 0000 0000 0004
          CREDIT_CARD | 3782-822463-10005 | 3782-822463-10005
          CREDIT_CARD | 6011 1111 1111 1117 | 6011 1111 1111 1117
          CREDIT_CARD | 2223003122003222 | 2223003122003222
          CREDIT_CARD | 30569309025904 | 30569309025904
          CREDIT_CARD | 1001,4012888888881881,12/29 | 4012888888881881
          CREDIT_CARD | card 501800000009 | 501800000009
          CREDIT_CARD | card 060412345674 | 060412345674
          CREDIT_CARD | card 4111.1111.1111.1111 | 4111.1111.1111.1111
          CREDIT_CARD | 4111 - 1111 - 1111 - 1111 | 4111 - 1111 - 1111 - 1111
          EMAIL | ?mail=ann%40example.org&x | ann%40example.org
          PHONE | https://wa.me/442079460958 | 442079460958
          PHONE | телефон 98765 43210 | 98765 43210
          IBAN | DE89370400440532013000 | DE89370400440532013000
          IBAN | fr14 2004 1010 0505 0001 3m02 606 | fr14 2004 1010 0505 0001 3m02 606
          IBAN | NO9386011117947, | NO9386011117947
          IBAN | MT84MALT011000012345MTLCAST001S | MT84MALT011000012345MTLCAST001S
          US_SSN | 536-90-4399 | 536-90-4399
          US_SSN | SSN: 987-65-4321 | 987-65-4321
          US_SSN | social security number 536904399 | 536904399
          US_ITIN | ITIN 912-70-1234 | 912-70-1234
          US_SSN | SSN: 514.69.0360 | 514.69.0360
          UK_NINO | AB 12 34 56 C | AB 12 34 56 C
          UK_NINO | ni: ab123456c | ab123456c
          UK_NHS | NHS number 943 476 5919 | 943 476 5919
          DE_STEUER_ID | Steuer-ID 86095742719 | 86095742719
          FR_NIR | 2 55 08 14 168 025 38 | 2 55 08 14 168 025 38
          FR_NIR | NIR 2690549588157 80 | 2690549588157 80
          ES_DNI | DNI 12345678Z | 12345678Z
          ES_NIE | X-1234567-L | X-1234567-L
          ES_NIE | NIE: X-1234567L | X-1234567L
          IT_CODICE_FISCALE | RSSMRA85T10A562S | RSSMRA85T10A562S
          IT_CODICE_FISCALE | codice fiscale RSSMRA85T10A56NH | RSSMRA85T10A56NH
          NL_BSN | BSN: 111222333 | 111222333
          BE_RRN | 93.05.18-223.61 | 93.05.18-223.61
          BE_RRN | NISS 850730 033 28 | 850730 033 28
          BE_RRN | Numéro national: 85073003328 | 85073003328
          PL_PESEL | PESEL 44051401359 | 44051401359
          SE_PERSONNUMMER | 811218-9876 | 811218-9876
          FI_HETU | 131052-308T | 131052-308T
          NO_FNR | fnr 29029600013 | 29029600013
          NO_FNR | Fødselsnummer 29029600013 | 29029600013
          NO_FNR | fødselsnummer 01019014491 | 01019014491
          DK_CPR | CPR 211062-5629 | 211062-5629
          PT_NIF | NIF 123456789 | 123456789
          BR_CPF | 529.982.247-25 | 529.982.247-25
          BR_CNPJ | 11.222.333/0001-81 | 11.222.333/0001-81
          CA_SIN | SIN 130 692 544 | 130 692 544
          AU_TFN | TFN 123 456 782 | 123 456 782
          AU_MEDICARE | Medicare 2123 45670 1 | 2123 45670 1
          IN_AADHAAR | 2341 2341 2346 | 2341 2341 2346
          IN_PAN | PAN card ABCPE1234F | ABCPE1234F
          SG_NRIC | S1234567D | S1234567D
          SG_NRIC | F1234567N | F1234567N
          ZA_ID | ID no 8001015009087 | 8001015009087
          CH_AHV | 756.9217.0769.85 | 756.9217.0769.85
          TR_KIMLIK | T.C. kimlik 10000000146 | 10000000146
          CN_RIC | 11010519491231002X | 11010519491231002X
          MX_CURP | HEGG560427MVZRRL04 | HEGG560427MVZRRL04
          IE_PPS | PPSN 1234567T | 1234567T
          PASSPORT | Passport No. C01X00T47 | C01X00T47
          DRIVER_LICENCE | driver's license: D1234567 | D1234567
          DATE_OF_BIRTH | born on 3 March 1984 in | 3 March 1984
          DATE_OF_BIRTH | "dateOfBirth":"1984-03-31" | 1984-03-31
          DATE_OF_BIRTH | DOB: 31/3/84 | 31/3/84
          DATE_OF_BIRTH | Patientengeburtsdatum: 31.03.1984 | 31.03.1984
          DATE_OF_BIRTH | customerbirthdate=1984-03-31 | 1984-03-31
          DATE_OF_BIRTH | BDAY:19840331 | 19840331
          DATE_OF_BIRTH | {"birth_date":"19840331"} | 19840331
          DATE_OF_BIRTH | Anna Muster, geb. 31.03.1984 | 31.03.1984
          DATE_OF_BIRTH | född 1984-03-31 i Lund | 1984-03-31
          DATE_OF_BIRTH | né le 31/03/1984 | 31/03/1984
          DATE_OF_BIRTH | Nacido el 31 de marzo de 1984 | 31 de marzo de 1984
          DATE_OF_BIRTH | nata il 31.3.1984 a Roma | 31.3.1984
          DATE_OF_BIRTH | Nascida em 31/03/1984 | 31/03/1984
          DATE_OF_BIRTH | 出生日期: 1984-03-31 | 1984-03-31
          PHONE | call 001-415-555-2671x99 | 001-415-555-2671x99
          PHONE | 7,Ann,+442079460958,10,20 | +442079460958
          PHONE | whatsapp send?phone=6281238257456&text=x | 6281238257456
          EMAIL | crm://jane@example.org | jane@example.org
          IP_ADDRESS | from 203.0.113.7:443 | 203.0.113.7
          IP_ADDRESS | 2001:db8::ff00:42:8329 | 2001:db8::ff00:42:8329
          IP_ADDRESS | [fe80::1] | fe80::1
          IP_ADDRESS | remote:203.0.113.7:443 closed | 203.0.113.7
          IP_ADDRESS | v=spf1 ip4:203.0.113.7 -all | 203.0.113.7
          IP_ADDRESS | grep: 12:203.0.113.7 - GET | 203.0.113.7
          IP_ADDRESS | ssh example.de:203.0.113.7 | 203.0.113.7
          IP_ADDRESS | ::ffff:192.0.2.128 | ::ffff:192.0.2.128
          MAC_ADDRESS | 00:1A:2b:3c:4d:5e | 00:1A:2b:3c:4d:5e
          MAC_ADDRESS | AA-BB-CC-DD-EE-F0 is it | AA-BB-CC-DD-EE-F0
          MAC_ADDRESS | aa:bb:cc:dd:ee:ff | aa:bb:cc:dd:ee:ff
          BTC_ADDRESS | 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa | 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa
          BTC_ADDRESS | bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 | bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4
          ETH_ADDRESS | 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed | 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed
          CRYPTO_ADDRESS | MVkyCu2dExhLLLtmYbyRCUJZ5GozLP3Gfp | MVkyCu2dExhLLLtmYbyRCUJZ5GozLP3Gfp
          CRYPTO_ADDRESS | AEJ5drgZMuioSCzLrreVcxgXT9baUR2tVF | AEJ5drgZMuioSCzLrreVcxgXT9baUR2tVF
          CRYPTO_ADDRESS | pay 86gQRfcMEN38rULJDcgUFXe9AkXQrU3iNPf1EmxUrYzhRjueLnhinGKNJMKTvHx3mvC67rD8DUKcrCPcKo3VV8w76dctJyp | 86gQRfcMEN38rULJDcgUFXe9AkXQrU3iNPf1EmxUrYzhRjueLnhinGKNJMKTvHx3mvC67rD8DUKcrCPcKo3VV8w76dctJyp
          CRYPTO_ADDRESS | 4FYw76n1FD98rULJDcgUFXe9AkXQrU3iNPf1EmxUrYzhRjueLnhinGKNJMKTvHx3mvC67rD8DUKcrCPcKo3VV8w79EE6E6P2rbx7Qn9QpA | 4FYw76n1FD98rULJDcgUFXe9AkXQrU3iNPf1EmxUrYzhRjueLnhinGKNJMKTvHx3mvC67rD8DUKcrCPcKo3VV8w79EE6E6P2rbx7Qn9QpA
          CRYPTO_ADDRESS | send to LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1. | LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1
          CRYPTO_ADDRESS | ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9 | ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9
          CRYPTO_ADDRESS | {"to":"DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"} | DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L
          CRYPTO_ADDRESS | TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t, USDT | TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t
          CRYPTO_ADDRESS | rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh | rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh
          SOL_ADDRESS | Solana: TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA | TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA
          SOL_ADDRESS | phantom wallet 9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM | 9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM
          CRYPTO_ADDRESS | 44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A | 44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A
          US_SSN | SSN536-90-4399 | 536-90-4399
          US_SSN | the ssn536904399, | 536904399
          US_SSN | ssn:536904399 | 536904399
          US_SSN | ssn:536-90-4399 | 536-90-4399
          US_SSN | userSSN=536904399 | 536904399
          ETH_ADDRESS | wallet 0xde709f2102306220921060314715629080e2fb77 | 0xde709f2102306220921060314715629080e2fb77
          """)
  void finds(String detector, String text, String value) {
    assertThat(Found.in(text)).containsExactly(detector + ":" + value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "git@github.com:org/repo.git",
        "@Override",
        "icon@2x.png",
        "react@18.2.0",
        "a@b",
        "4111 1111 1111 1112",
        "order 4111-1111-1111-1111-1111-1111",
        "0000000000000000",
        "id 4315741554818215020",
        "550e8400-e29b-41d4-a716-446655440000",
        "DE89370400440532013001",
        "000-12-3456 and 666-12-3456 and 900-01-1234 and 536-00-4399",
        "078-05-1120",
        "build 514.69.0360",
        "GB123456A",
        "529.982.247-26",
        "12345678A",
        "RSSMRA85T10A562T",
        "version 1.2.3.4",
        "RFC 9162 §2.1.4.2",
        "1.3.6.1.4.1.311",
        "256.1.1.1",
        "http://127.0.0.1:8080/",
        "std::vector<int>",
        "12:34:56",
        "de:ad:be:ef",
        "SHA1 00:1a:2b:3c:4d:5e:6f:70:81:92:a3:b4:c5:d6:e7:f8:09:1a:2b:3c",
        "00:00:00:00:00:00",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
        "0xde709f2102306220921060314715629080e2fb77",
        "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc2",
        "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n8",
        "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7M",
        "xDH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u",
        "tR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi",
        "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh_x",
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
        "solana commit 9f86d081884c7d659a2feaa8c55ad815",
        "solana 9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDs",
        "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3B",
        "ssn536-90-43991 and ssn000-12-3456 and ssn5369043991",
        "missn536904399",
        "ssn536-90-4399-1",
        "2026-11-24 and 24.11.2026 and 1990-2000",
        "2026-11-24T10:50:30.123456Z",
        "3.14159265358979",
        "année le 31/03/1984",
        "adobe 2021-03-31",
        "born 20231 times",
        "BDAY:19841331",
        "phone seen at 1732442000000",
        "card charged at 1729101687807",
        "-442079460958,10",
        "+12345678,90",
        "0x1f 0xde709f2102306220921060314715629080e2fb77 rax=0",
        "took 1234567 ms, 7654321 bytes",
        "commit 467b4f0..0043870 100644",
        "room 101 to 1999",
        "passport control is at gate 12",
        "a licence number is needed",
        "born in a town of 12000 people",
        "{\"width\":1920,\"height\":1080,\"size\":1048576}",
        "1732442000000",
        "isbn 978-3-16-148410-0",
        "Boston, MA 02110-1301",
        "a0 8b 28 3f 01 02 03 04 05 06",
        "0033 2044 0035",
        "[*0586.0020.0002]",
        "IBAN DE88 3704 0044 0532 0130 00 is wrong",
        "644F 6450 6451 6452 6453 645A",
        "1630.0020.0002"
      })
  void leaves(String text) {
    assertThat(Found.in(text)).isEmpty();
  }
}
