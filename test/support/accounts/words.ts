/** Raw material of generated text; `latin1` can be written in ISO-8859-1, `unicode` cannot. */
export const WORDS = {
  ascii: (
    'about after again answer before better between change church clear close country course deliver early enough ' +
    'every exact family figure final follow garden general ground harbour house island journey kitchen letter light ' +
    'market matter meeting minute monday morning mountain notice office order paper people perhaps picture please ' +
    'point question quiet reason report river second simple station summer thank ticket today together travel ' +
    'Invoice 2024 v1.2.3 =C3=A9 http://example.org/?a=b&c=d%20e <tag> "quoted" (aside) 100% x@y.example \\o/ &amp;'
  ).split(' '),
  latin1:
    'Grüße Straße Überweisung déjà façade Noël señor mañana Ångström smörgåsbord São coração naïve øl'.split(
      ' ',
    ),
  unicode:
    'привет спасибо встреча 会議 請求書 写真 ありがとう مرحبا שלום γειά 안녕하세요 tschüß – “quote” € 🎉 👩‍👩‍👧 ﬁn'.split(
      ' ',
    ),
} as const;

export const PEOPLE: readonly (readonly [name: string, local: string])[] = [
  ['Ann Example', 'ann'],
  ['Jürgen Müller', 'juergen.mueller'],
  ['O"Neil, Pat', 'pat.oneil'],
  ['Zoë (sales)', 'zoe+sales'],
  ['Дмитрий Иванов', 'd.ivanov'],
  ['山田 太郎', 'yamada'],
  ['María-José Núñez de la Peña y Álvarez de Toledo', 'mj'],
  ['', 'no-reply'],
];

export const DOMAINS = ['example.org', 'example.com', 'mail.example.net', 'xn--bcher-kva.example'] as const;

export const SUBJECTS = [
  'Lunch on Friday',
  'Re: [list] Weekly report',
  'Fwd: Minutes of the meeting',
  'Überweisung für März',
  '請求書の件について（至急ご確認ください）',
  'Фотографии с прошлой встречи и ещё кое-что',
  'A rather long subject line that goes on and on so that it has to be folded more than once on its way',
  'Ticket #4711 [closed]',
  '🎉 Party',
  '=?utf-8?q?looks_encoded?= but =3D is not',
] as const;
