#pragma once

#include <sotto/call.hpp>
#include <sotto/contacts.hpp>
#include <sotto/engine.hpp>
#include <sotto/identity.hpp>
#include <sotto/in_process_channel.hpp>
#include <sotto/media_source.hpp>
#include <sotto/result.hpp>
#include <sotto/server_status.hpp>
#include <sotto/signaling_channel.hpp>
#include <sotto/statistics.hpp>
#include <sotto/video_frame.hpp>
