#include "desk/casework/type_words.h"

#include <algorithm>
#include <map>
#include <string>

#include "desk/folding.h"
#include "report/vocabulary.h"

namespace sandyk::desk {
namespace {

using Phrases = std::map<std::string, std::vector<Phrase>, std::less<>>;

struct Saying {
  std::string_view code;
  std::string_view phrases;  ///< beginnings of words, phrases parted by '/'
};

// Beyond the labels. Folding is applied when it is read.
constexpr Saying sayings[] = {
    {"threat.death", "will kill/kill you/убь/зареж/застрел/өлтүр"},
    {"threat.violence",
     "will hurt/think family/threat/угроз/угрожа/пожале/подумай семь/думай семь/коркут/жаман бол"},
    {"threat.relatives", "your child/your famil/your wife/семь/детей/ребен/жена/үй бүлө/балаң"},
    {"threat.prosecution", "will open case/criminal case/посад/уголовн/кылмыш иш"},
    {"threat.informal_warning", "friendly advice/warn/по хорошему/предупре/эскерт"},
    {"physical.assault", "beat/hit/struck/attacked/избил/удар/напал/сабаш/сабоо/кол салыш/урду"},
    {"physical.armed_attack", "knife/gun/shot/нож/пистолет/выстрел/бычак/тапанча"},
    {"liberty.summons", "summon/question/допрос/повестк/вызва/сурак/чакыр"},
    {"liberty.detention", "detain/arrest/custody/задерж/арест/кармаш/камак"},
    {"liberty.abduction", "kidnap/похи/увез/уурда"},
    {"surveillance.followed", "follow us/followed/watch/same car/следят/следил/слежк/аңды/артыман"},
    {"surveillance.interception", "wiretap/intercept/прослуш/тыңша"},
    {"surveillance.search_raid", "search/raid/обыск/тинтүү"},
    {"surveillance.device_seizure", "took phone/took computer/seiz/изъя/отобра телефон/тартып ал"},
    {"surveillance.visit", "came to house/came to office/knock/пришли домой/ходят по сосед/үйгө кел"},
    {"legal.defamation_suit", "sued/lawsuit/libel/defam/иск/клевет/ар намыс/доо"},
    {"legal.criminal_case", "charged/criminal case/возбуди дело/уголовн дел/кылмыш иш"},
    {"legal.administrative_case", "fine/fined/штраф/айып"},
    {"economic.account_freeze", "account fro/froze/счет арест/заморо/блокир счет/эсеп камак"},
    {"economic.inspection", "inspection/tax/налогов/проверк/текшер/салык"},
    {"economic.dismissal", "fired/dismiss/уволил/жумуштан"},
    {"digital.ddos",
     "flood of request/site not open/site down/site unreach/cannot open site/overload/сайт не откр/сайт не "
     "работ/сайт лежит/"
     "перегруз/поток запрос/сайт ачылба/сайт иштебе"},
    {"digital.site_block", "site block/сайт заблокир/блокиров/сайт бөгөт"},
    {"digital.account_takeover", "hacked/took over account/log in code/взлом/чужой вход/код смс/бузуп кир"},
    {"digital.phishing", "phish/false link/fake link/фишинг/ссылк/шилтеме"},
    {"digital.doxing", "posted address/posted phone/leaked/слили/выложили адрес/дарег жарыяла"},
    {"digital.impersonation", "fake account/pretend/фейк/от моего имени/атымдан"},
    {"digital.takedown", "removed post/taken down/удалили/өчүр"},
    {"digital.shutdown", "no internet/internet off/интернет отключ/интернет жок"},
    {"smear.campaign", "smear/foreign agent/channel call/очерн/иноагент/иностранн агент/карала"},
    {"smear.online_abuse", "comment/troll/abuse/комментар/тролл/оскорб/кемсинт"},
    {"smear.hate_speech", "hate/ненавист/кек"},
    {"censorship.obstruction", "not let film/stopped filming/мешал сним/не дал сним/тоскоол"},
    {"censorship.demand", "demand delete/take down article/требу удал/өчүр деп"},
    {"censorship.assembly", "rally banned/dispers/разогна/таркат"},
    {"property.damage", "window/tyre/tire/burn/arson/разбил/сожг/подожг/шин/өрттө/сындыр"},
    {"property.theft", "stole/stolen/украл/уурдап кет"},
    {"property.equipment", "camera broke/broke camera/камер сломал/камера сын"},
    {"movement.pressure_to_leave", "leave country/уезжай/уехать из стран/өлкөдөн кет"},
    {"movement.travel_ban", "not let out/travel ban/не выпуст/чыгарба"},
    {"movement.border_stop", "border/границ/чек ара"},
    {"impunity.complaint_refused", "not accept complaint/refused statement/не принял/арыз албай"},
    {"impunity.no_investigation", "closed case/no investig/отказ возбу/не расслед/тергө"},
    {"publication", "story/article/post/report/broadcast/материал/статья/опубликов/пост/эфир/макала/жарыяла"},
    {"investigation", "investigat/расследован/иликтө"},
    {"legal_work", "court case/lawyer/client/суд/адвокат/сот"},
    {"public_statement", "statement/said publicly/заявлени/билдирүү"},
    {"rally", "rally/protest/march/митинг/акци/жыйын"},
    {"complaint", "complain/жалоб/арыз"},
    {"election", "election/выбор/шайлоо"},
    {"monitoring", "monitoring/мониторинг"},
};

/// The words of a text, each without the end that inflection changes.
Phrase stems_of(std::string_view text) {
  constexpr std::size_t most_letters = 7, cut = 2;
  Phrase phrase;
  const std::string folded = fold(text);
  for (const std::string_view word : words_of(folded)) {
    // Two bytes a letter beyond ASCII: a cut never parts one.
    const std::size_t size = static_cast<unsigned char>(word.front()) < 0x80 ? 1 : 2;
    const std::size_t letters = word.size() / size;
    if (letters < 3) continue;  // "of", "на"
    phrase.emplace_back(word.substr(0, letters > most_letters ? word.size() - cut * size : word.size()));
  }
  return phrase;
}

/// `Избиение, нападение` is two phrases; words in brackets are one more.
void add_label(std::vector<Phrase>& phrases, std::string_view label) {
  while (!label.empty()) {
    const std::size_t end = std::min(label.find_first_of(",(/)"), label.size());
    auto phrase = stems_of(label.substr(0, end));
    if (!phrase.empty()) phrases.push_back(std::move(phrase));
    label.remove_prefix(std::min(end + 1, label.size()));
  }
}

void add_sayings(std::vector<Phrase>& phrases, std::string_view sayings_of_it) {
  while (!sayings_of_it.empty()) {
    const std::size_t end = std::min(sayings_of_it.find('/'), sayings_of_it.size());
    const std::string folded = fold(sayings_of_it.substr(0, end));
    Phrase phrase;
    for (const std::string_view word : words_of(folded)) phrase.emplace_back(word);
    phrases.push_back(std::move(phrase));
    sayings_of_it.remove_prefix(std::min(end + 1, sayings_of_it.size()));
  }
}

Phrases read_all() {
  Phrases all;
  for (const std::string_view list : {"incident_type", "trigger"})
    for (const auto& code : report::Vocabulary::built_in().codes(list)) {
      auto& phrases = all[code.code];
      if (code.code == "other" || code.code == "unknown" || code.code.ends_with(".other")) continue;
      for (const std::string* label : {&code.label.en, &code.label.ru, &code.label.ky})
        add_label(phrases, *label);
      for (const Saying& saying : sayings)
        if (saying.code == code.code) add_sayings(phrases, saying.phrases);
    }
  return all;
}

}  // namespace

std::span<const Phrase> phrases_of(std::string_view code) {
  static const Phrases all = read_all();
  const auto found = all.find(code);
  return found == all.end() ? std::span<const Phrase>() : std::span<const Phrase>(found->second);
}

}  // namespace sandyk::desk
