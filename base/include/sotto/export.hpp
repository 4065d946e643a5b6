#pragma once

/// Marks what libsotto shows to applications; everything else is hidden (-fvisibility=hidden).
#define SOTTO_API __attribute__((visibility("default")))
