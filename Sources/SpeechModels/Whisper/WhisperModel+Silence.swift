extension WhisperModel {
  /// What Whisper is known to write in silence and noise, in the languages in which it was trained most; the
  /// credits of subtitles and what people say at the end of videos (Koenecke et al. 2024 have examples).
  static let silenceSentences = SilenceSentences(
    invented: english + otherInvented,
    doubtful: [
      "you", "thank you", "thank you very much", "thank you so much", "thanks", "bye", "bye bye",
      "okay",
      "oh", "so", "the", "hmm", "I'm sorry", "I'm going to go ahead and", "to be continued",
      "gracias", "muchas gracias", "merci", "merci beaucoup", "danke", "vielen dank", "danke schön",
      "grazie", "obrigado", "obrigada", "bedankt", "tack", "takk", "tak", "kiitos", "dziękuję",
      "dziękuje za uwagę", "děkuji", "спасибо", "продолжение следует", "дякую", "teşekkürler",
      "teşekkür ederim", "ευχαριστώ", "شكرا", "धन्यवाद", "ありがとうございました", "はい", "감사합니다", "네",
      "谢谢", "謝謝", "谢谢大家", "謝謝大家",
    ],
    marks: ["amara.org", "DimaTorzok", "CastingWords", "otter.ai", "btistudios", "zdf für funk"])

  private static let english = [
    "thanks for watching", "thank you for watching", "thanks for watching everyone",
    "thank you for watching everyone", "thank you so much for watching",
    "thank you very much for watching", "thanks for watching and I'll see you next time",
    "thanks for watching and see you next time", "thank you for watching and see you next time",
    "thanks for watching and I'll see you in the next video", "I'll see you in the next video",
    "see you in the next video", "see you next time", "please subscribe", "like and subscribe",
    "please like and subscribe", "please subscribe to my channel", "subscribe to my channel",
    "don't forget to like and subscribe", "don't forget to subscribe",
    "please like comment and subscribe", "thanks for listening to this video",
  ]

  private static let otherInvented = [
    "Vielen Dank fürs Zuschauen", "Danke fürs Zuschauen", "Untertitelung des ZDF, 2020",
    "Untertitel im Auftrag des ZDF, 2020", "Untertitel im Auftrag des ZDF, 2021",
    "Untertitel von Stephanie Geiges", "Copyright WDR 2019", "Copyright WDR 2020",
    "Copyright WDR 2021",
    "SWR 2020", "SWR 2021", "Bis zum nächsten Mal",
    "Sous-titrage Société Radio-Canada", "Sous-titrage ST' 501",
    "Merci d'avoir regardé cette vidéo", "Merci d'avoir regardé la vidéo", "Merci d'avoir regardé",
    "N'oubliez pas de vous abonner", "¡Gracias por ver el video!", "Gracias por ver el vídeo",
    "Gracias por ver", "¡Suscríbete al canal!", "Suscríbete", "No olvides suscribirte",
    "Sottotitoli e revisione a cura di QTSS", "Grazie per aver guardato il video",
    "Obrigado por assistir", "Inscreva-se no canal", "Bedankt voor het kijken",
    "Tot de volgende keer", "Dziękuję za oglądanie", "Dzięki za oglądanie",
    "Спасибо за просмотр", "Подписывайтесь на канал",
    "Редактор субтитров А.Синецкая Корректор А.Егорова", "Дякую за перегляд", "Altyazı M.K.",
    "İzlediğiniz için teşekkür ederim", "İzlediğiniz için teşekkürler",
    "ご視聴ありがとうございました", "ご視聴ありがとうございます", "ご覧いただきありがとうございます",
    "最後までご視聴いただきありがとうございます", "チャンネル登録をお願いします",
    "チャンネル登録お願いします", "시청해주셔서 감사합니다", "구독과 좋아요 부탁드립니다", "谢谢观看", "謝謝觀看",
    "字幕by索兰娅", "請不吝點贊訂閱轉發打賞支持明鏡與點點欄目", "请不吝点赞订阅转发打赏支持明镜与点点栏目",
    "中文字幕志愿者杨茜茜", "中文字幕志願者楊茜茜", "ترجمة نانسي قنقر", "اشتركوا في القناة", "شكرا للمشاهدة",
    "Tack för att ni tittade", "Tak for at se med", "Teksting av Nicolai Winther",
  ]
}
