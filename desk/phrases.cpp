#include "desk/phrases.h"

#include <algorithm>

namespace sandyk::desk {
namespace {

// The Russian and Kyrgyz texts are drafts: no native speaker has read them.
constexpr Phrase list[] = {
    {"read", "We have read your report. Thank you.", "Мы прочитали ваше сообщение. Спасибо.",
     "Биз билдирүүңүздү окудук. Рахмат."},
    {"more", "We have read your report and would like to know more. Please add to it here.",
     "Мы прочитали ваше сообщение и хотели бы узнать больше. Допишите, пожалуйста, здесь.",
     "Биз билдирүүңүздү окудук жана көбүрөөк билгибиз келет. Сураныч, ушул жерден толуктаңыз."},
    {"safe", "Are you safe now? What would help you?", "Вы сейчас в безопасности? Что могло бы вам помочь?",
     "Азыр коопсуз жердесизби? Сизге эмне жардам берет?"},
    {"publish", "May we publish what you told us, without anything that points to you?",
     "Можно ли нам опубликовать рассказанное вами без всего, что указывает на вас?",
     "Айтканыңызды сизди көрсөтө турган эч нерсесиз жарыялоого болобу?"},
    {"wait", "We are working on it. Please look here again in a week.",
     "Мы этим занимаемся. Загляните, пожалуйста, сюда ещё раз через неделю.",
     "Биз бул боюнча иштеп жатабыз. Бир жумадан кийин кайра карап коюңуз."},
    {"danger", "Please do not write to anyone about this, and use another device next time.",
     "Пожалуйста, никому об этом не пишите и в следующий раз используйте другое устройство.",
     "Сураныч, бул тууралуу эч кимге жазбаңыз жана кийинки жолу башка түзмөктү колдонуңуз."},
};

}  // namespace

std::span<const Phrase> phrases() {
  return list;
}

const Phrase* find_phrase(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(list), std::end(list), [&](const Phrase& one) { return one.name == name; });
  return found == std::end(list) ? nullptr : found;
}

}  // namespace sandyk::desk
