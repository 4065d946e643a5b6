#include <array>

#include <sotto/statistics.hpp>

namespace sotto {
namespace {

// The names of Matrix's table (Matrix specification, client-server API, "SAS method: emoji"), in its order.
constexpr std::array<std::string_view, 64> kNames{
    "Dog",    "Cat",        "Lion",     "Horse",  "Unicorn",   "Pig",        "Elephant",  "Rabbit",
    "Panda",  "Rooster",    "Penguin",  "Turtle", "Fish",      "Octopus",    "Butterfly", "Flower",
    "Tree",   "Cactus",     "Mushroom", "Globe",  "Moon",      "Cloud",      "Fire",      "Banana",
    "Apple",  "Strawberry", "Corn",     "Pizza",  "Cake",      "Heart",      "Smiley",    "Robot",
    "Hat",    "Glasses",    "Spanner",  "Santa",  "Thumbs Up", "Umbrella",   "Hourglass", "Clock",
    "Gift",   "Light Bulb", "Book",     "Pencil", "Paperclip", "Scissors",   "Lock",      "Key",
    "Hammer", "Telephone",  "Flag",     "Train",  "Bicycle",   "Aeroplane",  "Rocket",    "Trophy",
    "Ball",   "Guitar",     "Trumpet",  "Bell",   "Anchor",    "Headphones", "Folder",    "Pin"};

}  // namespace

std::string_view sas_symbol_name(uint8_t symbol) {
  return symbol < kNames.size() ? kNames[symbol] : std::string_view();
}

}  // namespace sotto
