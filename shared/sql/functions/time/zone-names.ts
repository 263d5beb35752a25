/** How a zone's clocks are called while they are so many minutes ahead of UTC. */
export interface ZoneName {
  readonly short: string
  readonly long: string
  readonly offsetMinutes: number
}

interface Group {
  readonly names: readonly ZoneName[]
  readonly zones: readonly string[]
}

const name = (short: string, offsetMinutes: number, long: string): ZoneName => ({
  short,
  long: `${long} Time`,
  offsetMinutes,
})
const group = (names: readonly ZoneName[], zones: string): Group => ({ names, zones: zones.split(' ') })

/**
 * English names of the zones in which plants mostly stand. The first zone of a group is the one that a short name
 * stands for when it is read; a short name of several groups (CST, IST, AST …) stands for the first group. A zone
 * that is not here is written as its offset.
 */
const GROUPS: readonly Group[] = [
  group(
    [name('UTC', 0, 'Coordinated Universal')],
    'UTC Etc/UTC Etc/UCT Etc/Universal Etc/Zulu UCT Universal Zulu',
  ),
  group(
    [name('EST', -300, 'Eastern Standard'), name('EDT', -240, 'Eastern Daylight')],
    'America/New_York America/Detroit America/Toronto America/Montreal America/Nipigon America/Thunder_Bay America/Iqaluit America/Indiana/Indianapolis America/Indiana/Marengo America/Indiana/Petersburg America/Indiana/Vevay America/Indiana/Vincennes America/Indiana/Winamac America/Kentucky/Louisville America/Kentucky/Monticello America/Nassau America/Port-au-Prince America/Grand_Turk America/Panama America/Jamaica America/Cancun America/Cayman America/Atikokan EST EST5EDT US/Eastern US/Michigan US/East-Indiana Canada/Eastern Jamaica',
  ),
  group(
    [name('CST', -360, 'Central Standard'), name('CDT', -300, 'Central Daylight')],
    'America/Chicago America/Winnipeg America/Menominee America/Indiana/Knox America/Indiana/Tell_City America/North_Dakota/Beulah America/North_Dakota/Center America/North_Dakota/New_Salem America/Rainy_River America/Rankin_Inlet America/Resolute America/Regina America/Swift_Current America/Mexico_City America/Monterrey America/Merida America/Matamoros America/Bahia_Banderas America/Belize America/Costa_Rica America/El_Salvador America/Guatemala America/Managua America/Tegucigalpa CST6CDT US/Central Canada/Central Canada/Saskatchewan Mexico/General',
  ),
  group(
    [name('MST', -420, 'Mountain Standard'), name('MDT', -360, 'Mountain Daylight')],
    'America/Denver America/Boise America/Edmonton America/Cambridge_Bay America/Yellowknife America/Inuvik America/Phoenix America/Creston America/Dawson America/Dawson_Creek America/Fort_Nelson America/Whitehorse MST MST7MDT US/Mountain US/Arizona Canada/Mountain Canada/Yukon',
  ),
  group(
    [name('PST', -480, 'Pacific Standard'), name('PDT', -420, 'Pacific Daylight')],
    'America/Los_Angeles America/Vancouver America/Tijuana America/Ensenada PST8PDT US/Pacific Canada/Pacific Mexico/BajaNorte',
  ),
  group(
    [name('AKST', -540, 'Alaska Standard'), name('AKDT', -480, 'Alaska Daylight')],
    'America/Anchorage America/Juneau America/Metlakatla America/Nome America/Sitka America/Yakutat US/Alaska',
  ),
  group([name('HST', -600, 'Hawaii-Aleutian Standard')], 'Pacific/Honolulu HST US/Hawaii'),
  group(
    [name('AST', -240, 'Atlantic Standard'), name('ADT', -180, 'Atlantic Daylight')],
    'America/Halifax America/Glace_Bay America/Goose_Bay America/Moncton America/Thule Atlantic/Bermuda America/Puerto_Rico America/Santo_Domingo America/Barbados America/Martinique America/Guadeloupe America/Curacao America/Aruba America/Port_of_Spain Canada/Atlantic',
  ),
  group(
    [name('NST', -210, 'Newfoundland Standard'), name('NDT', -150, 'Newfoundland Daylight')],
    'America/St_Johns Canada/Newfoundland',
  ),
  group(
    [name('GMT', 0, 'Greenwich Mean'), name('BST', 60, 'British Summer')],
    'Europe/London Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey GB',
  ),
  group([name('GMT', 0, 'Greenwich Mean'), name('IST', 60, 'Irish Standard')], 'Europe/Dublin Eire'),
  group(
    [name('GMT', 0, 'Greenwich Mean')],
    'GMT Etc/GMT Etc/Greenwich Greenwich Atlantic/Reykjavik Africa/Abidjan Africa/Accra Africa/Bamako Africa/Dakar Africa/Lome Africa/Monrovia Africa/Nouakchott Africa/Ouagadougou',
  ),
  group(
    [name('WET', 0, 'Western European Standard'), name('WEST', 60, 'Western European Summer')],
    'Europe/Lisbon Atlantic/Canary Atlantic/Faroe Atlantic/Madeira WET Portugal',
  ),
  group(
    [name('CET', 60, 'Central European Standard'), name('CEST', 120, 'Central European Summer')],
    'Europe/Paris Europe/Berlin Europe/Amsterdam Europe/Andorra Europe/Belgrade Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Busingen Europe/Copenhagen Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Stockholm Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich Africa/Algiers Africa/Ceuta Africa/Tunis Arctic/Longyearbyen CET Poland',
  ),
  group(
    [name('EET', 120, 'Eastern European Standard'), name('EEST', 180, 'Eastern European Summer')],
    'Europe/Bucharest Europe/Athens Europe/Chisinau Europe/Helsinki Europe/Kaliningrad Europe/Kiev Europe/Kyiv Europe/Mariehamn Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius Asia/Beirut Asia/Famagusta Asia/Nicosia Africa/Cairo Africa/Tripoli EET Egypt',
  ),
  group([name('MSK', 180, 'Moscow Standard')], 'Europe/Moscow Europe/Kirov Europe/Minsk Europe/Simferopol'),
  group([name('TRT', 180, 'Turkey')], 'Europe/Istanbul Asia/Istanbul Turkey'),
  group([name('SAST', 120, 'South Africa Standard')], 'Africa/Johannesburg Africa/Maseru Africa/Mbabane'),
  group(
    [name('EAT', 180, 'East Africa')],
    'Africa/Nairobi Africa/Addis_Ababa Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala Africa/Mogadishu Indian/Antananarivo',
  ),
  group(
    [name('CAT', 120, 'Central Africa')],
    'Africa/Maputo Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Khartoum Africa/Kigali Africa/Lubumbashi Africa/Lusaka',
  ),
  group(
    [name('WAT', 60, 'West Africa Standard')],
    'Africa/Lagos Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Libreville Africa/Luanda Africa/Niamey',
  ),
  group([name('IST', 330, 'India Standard')], 'Asia/Kolkata Asia/Calcutta Asia/Colombo'),
  group(
    [name('IST', 120, 'Israel Standard'), name('IDT', 180, 'Israel Daylight')],
    'Asia/Jerusalem Asia/Tel_Aviv Israel',
  ),
  group(
    [name('AST', 180, 'Arabian Standard')],
    'Asia/Riyadh Asia/Aden Asia/Baghdad Asia/Bahrain Asia/Kuwait Asia/Qatar',
  ),
  group([name('GST', 240, 'Gulf Standard')], 'Asia/Dubai Asia/Muscat'),
  group([name('PKT', 300, 'Pakistan Standard')], 'Asia/Karachi'),
  group([name('NPT', 345, 'Nepal')], 'Asia/Kathmandu Asia/Katmandu'),
  group([name('BDT', 360, 'Bangladesh Standard')], 'Asia/Dhaka'),
  group([name('MMT', 390, 'Myanmar')], 'Asia/Yangon Asia/Rangoon'),
  group(
    [name('ICT', 420, 'Indochina')],
    'Asia/Bangkok Asia/Ho_Chi_Minh Asia/Phnom_Penh Asia/Saigon Asia/Vientiane',
  ),
  group([name('WIB', 420, 'Western Indonesia')], 'Asia/Jakarta Asia/Pontianak'),
  group([name('WITA', 480, 'Central Indonesia')], 'Asia/Makassar'),
  group([name('WIT', 540, 'Eastern Indonesia')], 'Asia/Jayapura'),
  group([name('SGT', 480, 'Singapore Standard')], 'Asia/Singapore Singapore'),
  group([name('MYT', 480, 'Malaysia')], 'Asia/Kuala_Lumpur Asia/Kuching'),
  group([name('HKT', 480, 'Hong Kong Standard')], 'Asia/Hong_Kong Hongkong'),
  group([name('CST', 480, 'China Standard')], 'Asia/Shanghai Asia/Chongqing Asia/Harbin Asia/Macau PRC'),
  group([name('CST', 480, 'Taipei Standard')], 'Asia/Taipei ROC'),
  group([name('PST', 480, 'Philippine Standard')], 'Asia/Manila'),
  group([name('JST', 540, 'Japan Standard')], 'Asia/Tokyo Japan'),
  group([name('KST', 540, 'Korean Standard')], 'Asia/Seoul Asia/Pyongyang ROK'),
  group([name('AWST', 480, 'Australian Western Standard')], 'Australia/Perth Australia/West'),
  group(
    [name('ACST', 570, 'Australian Central Standard'), name('ACDT', 630, 'Australian Central Daylight')],
    'Australia/Adelaide Australia/Broken_Hill Australia/Darwin Australia/North Australia/South',
  ),
  group(
    [name('AEST', 600, 'Australian Eastern Standard'), name('AEDT', 660, 'Australian Eastern Daylight')],
    'Australia/Sydney Australia/Melbourne Australia/Hobart Australia/Brisbane Australia/Lindeman Australia/Canberra Australia/ACT Australia/NSW Australia/Queensland Australia/Tasmania Australia/Victoria',
  ),
  group(
    [name('NZST', 720, 'New Zealand Standard'), name('NZDT', 780, 'New Zealand Daylight')],
    'Pacific/Auckland Antarctica/McMurdo NZ',
  ),
  group(
    [name('BRT', -180, 'Brasilia Standard')],
    'America/Sao_Paulo America/Araguaina America/Bahia America/Belem America/Fortaleza America/Maceio America/Recife Brazil/East',
  ),
  group(
    [name('ART', -180, 'Argentina Standard')],
    'America/Argentina/Buenos_Aires America/Argentina/Cordoba America/Argentina/Mendoza America/Argentina/Tucuman America/Buenos_Aires',
  ),
  group(
    [name('CLT', -240, 'Chile Standard'), name('CLST', -180, 'Chile Summer')],
    'America/Santiago Chile/Continental',
  ),
  group([name('COT', -300, 'Colombia Standard')], 'America/Bogota'),
  group([name('PET', -300, 'Peru Standard')], 'America/Lima'),
  group([name('UYT', -180, 'Uruguay Standard')], 'America/Montevideo'),
]

const groupsByZone = new Map(GROUPS.flatMap((entry) => entry.zones.map((zone) => [zone, entry] as const)))

/**
 * What a zone's clocks are called at an offset: the standard name too while they show what they no longer do, such as
 * local mean time. Undefined where there is no name.
 */
export function zoneName(zone: string, offsetMs: number): ZoneName | undefined {
  const names = groupsByZone.get(zone)?.names
  return names?.find(({ offsetMinutes }) => offsetMinutes * 60_000 === offsetMs) ?? names?.[0]
}

/** The zone that each name stands for when it is read; of the groups with that name it is the first one's. */
const zonesBy = (key: 'short' | 'long'): ReadonlyMap<string, string> =>
  new Map(
    GROUPS.toReversed().flatMap(({ names, zones }) => names.map((entry) => [entry[key], zones[0] ?? ''])),
  )

export const ZONES_BY_NAME = { short: zonesBy('short'), long: zonesBy('long') } as const
